"""`check`, asked by root, judges for the user of the unit; and what the unit says when asked."""

import re

from service import ETC, UNIT


def check(service):
    return service.machine.run("sqs-subscriber", "check", check=False)


def test_root_is_told_what_the_user_of_the_unit_may_not_do(service):
    service.record("orders")
    done = check(service)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning: " not in done.stdout, done.stdout
    assert re.search(
        rf"judged for the user sqs-subscriber of {re.escape(UNIT)} \(DynamicUser=", done.stdout)

    program = "/usr/local/lib/handlers/orders"
    (service.machine.root / program.lstrip("/")).chmod(0o700)
    assert "the daemon's user may not execute it" in check(service).stdout
    service.override("[Service]\nDynamicUser=no\nUser=root\n", name="user")
    assert "warning: " not in check(service).stdout


def test_what_the_unit_hides_and_sets_is_taken_into_account(service):
    service.machine.write("/home/me/run", "#!/bin/sh\n", mode=0o755)
    service.machine.write(f"{ETC}/handlers.d/orders.toml",
                          'queue = "orders"\n[exec]\ncommand = ["/home/me/run"]\n')
    assert "(ProtectHome=)" in check(service).stdout
    service.override("[Service]\nProtectHome=no\nEnvironment=AWS_PROFILE=gone\n", name="home")
    done = check(service)
    assert done.returncode == 78, done.stdout
    assert 'AWS profile "gone", named by AWS_PROFILE' in done.stderr


def test_a_file_that_the_service_may_not_read_is_an_error_for_root_as_well(service):
    service.record("orders")
    (service.machine.root / f"{ETC}/handlers.d/orders.toml".lstrip("/")).chmod(0o600)
    done = check(service)
    assert done.returncode == 78, done.stdout
    assert "make it readable for the user of the service" in done.stderr


def test_sigusr1_has_the_state_in_the_journal_and_leaves_the_service_running(service, server):
    server.create("shown")
    service.record("shown")
    service.start()
    service.machine.systemctl("kill", "--kill-who=main", "--signal=SIGUSR1", UNIT)
    entry = service.wait_for_entry(lambda entry: entry["MESSAGE"].startswith("shown: 0 messages"))
    assert entry["PRIORITY"] == "5" and entry["SQS_QUEUE"] == "shown"
    assert service.show("ActiveState") == "active"
