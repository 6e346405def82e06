"""The rules of the alerts, scene by scene, as promtool(1) runs them."""

import json
import subprocess

import pytest

from harness.fixtures import ROOT

ALERTS = ROOT / "packaging/monitoring/alerts.yml"
NAME = "sqs_subscriber_"
OF_ORDERS = '{job="sqs-subscriber",instance="a",queue="orders"}'
OLDEST = f"{NAME}oldest_message_in_hand_seconds{OF_ORDERS}"
VISIBLE = f"{NAME}queue_messages_visible{OF_ORDERS}"


def of_runs(outcome):
    return NAME + 'runs_total{job="sqs-subscriber",instance="a",queue="orders",' \
        f'handler="charge",outcome="{outcome}"}}'


# Series, a value a minute, and the alerts that fire in the end.
SCENES = {
    "all is well": (
        {'up{job="sqs-subscriber",instance="a"}': "1x30", OLDEST: "1x30", VISIBLE: "5x30",
         of_runs("done"): "0+60x30", of_runs("retry"): "0+1x30",
         NAME + "leases_lost_total" + OF_ORDERS: "3x30",
         NAME + "config_last_reload_successful" + OF_ORDERS: "1x30"}, set()),
    "it is down": (
        {'up{job="sqs-subscriber",instance="a"}': "0x30"}, {"SQSSubscriberDown"}),
    "messages wait for those in hand": (
        {OLDEST: "0+60x30", VISIBLE: "0 5x29"}, {"SQSSubscriberLag"}),
    "messages wait, and how many is not known": (
        {OLDEST: "0+60x30"}, {"SQSSubscriberLag"}),
    "one job takes long, and nothing waits for it": (
        {OLDEST: "0+60x30", VISIBLE: "0x30"}, set()),
    "one job takes long, and the others come through": (
        {OLDEST: "0+60x30", VISIBLE: "0 4 0 9 2 0 1 3 0 2 5 0 0 1 7 0 2 1 0 3 0 1"}, set()),
    "one run in ten fails": (
        {of_runs("done"): "0+8x30", of_runs("retry"): "0+2x30"}, {"SQSSubscriberFailures"}),
    "every run rejects its message": (
        {of_runs("reject"): "0+2x30", of_runs("done"): "0x30"}, {"SQSSubscriberFailures"}),
    "nothing runs": (
        {of_runs("done"): "9x30", of_runs("retry"): "4x30"}, set()),
    "a handler cannot work": (
        {f"{NAME}queue_waiting{OF_ORDERS}": "1x30", f"{NAME}queue_trouble{OF_ORDERS}": "1x30"},
        {"SQSSubscriberHandlerCannotWork"}),
    "the queue cannot be reached": (
        {f"{NAME}queue_waiting{OF_ORDERS}": "0x30", f"{NAME}queue_trouble{OF_ORDERS}": "1x30"},
        {"SQSSubscriberQueueTrouble"}),
    "a pause was forgotten": (
        {f"{NAME}queue_paused{OF_ORDERS}": "1x300"}, {"SQSSubscriberQueuePaused"}),
    "a queue is paused for a while": (
        {f"{NAME}queue_paused{OF_ORDERS}": "1x30"}, set()),
    "a lease was lost": (
        {f"{NAME}leases_lost_total{OF_ORDERS}": "0x25 1x5"}, {"SQSSubscriberLeasesLost"}),
    "a lease was lost an hour ago": (
        {f"{NAME}leases_lost_total{OF_ORDERS}": "0x9 1x60"}, set()),
    "a reload was refused": (
        {NAME + 'config_last_reload_successful{job="sqs-subscriber",instance="a"}': "0x30"},
        {"SQSSubscriberReloadRefused"}),
}


@pytest.mark.parametrize("scene", SCENES)
def test_the_alerts_fire_when_they_are_to(scene, tmp_path):
    series, alerts = SCENES[scene]
    length = max(sum(int(part.partition("x")[2] or 1) for part in values.split())
                 for values in series.values())
    (tmp_path / "scene.yml").write_text(json.dumps({
        "rule_files": [str(ALERTS)], "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [{"series": one, "values": values} for one, values in series.items()],
            "promql_expr_test": [{
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{length - 1}m",
                "exp_samples": [
                    {"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts],
            }],
        }],
    }))
    done = subprocess.run(
        ["promtool", "test", "rules", tmp_path / "scene.yml"], capture_output=True, text=True,
        timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
