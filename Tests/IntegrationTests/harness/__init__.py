"""What the tests of the built program share: processes, servers, a service manager, clients."""
