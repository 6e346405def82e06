"""What the tests of the built program share: processes, servers, a fake service manager, clients."""
