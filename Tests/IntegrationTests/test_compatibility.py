"""COMPATIBILITY.md beside this file says what is so: nothing is left out, and each test exists."""

import ast
import re
from pathlib import Path

import botocore.session
import pytest

HERE = Path(__file__).parent
MODEL = botocore.session.get_session().get_service_model("sqs")


def rows(heading):
    """The cells of the table under the heading, by their first."""
    section = re.split(r"^## (.*)$", (HERE / "COMPATIBILITY.md").read_text(), flags=re.M)
    text = section[section.index(heading) + 1]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in cells[2:]}


def named(cell):
    return re.findall(r"`(test_\w+)`", cell)


class Module:
    """A file of tests, and what each of its functions says: its own text, that of the functions and
    fixtures here that it uses, and that of the client programs that it runs.
    """

    def __init__(self, path):
        text = path.read_text()
        lines = text.splitlines()
        self.functions = {}
        # Tables that tests go through.
        self.tables = ""
        for part in ast.parse(text).body:
            own = "\n".join(lines[part.lineno - 1:part.end_lineno])
            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions[part.name] = (own, {
                    *(name.id for name in ast.walk(part) if isinstance(name, ast.Name)),
                    *(argument.arg for argument in part.args.args)})
            elif isinstance(part, ast.Assign):
                self.tables += own + "\n"

    def says(self, name):
        seen, wanted = {}, {name}
        while wanted:
            found = wanted.pop()
            seen[found], uses = self.functions[found]
            wanted |= (uses & set(self.functions)) - set(seen)
        text = "\n".join([*seen.values(), self.tables])
        programs = re.findall(r'CLIENTS / "([^"]+)"', text)
        return "\n".join([text, *(
            (HERE / "query_clients" / program).read_text() for program in programs)])


@pytest.fixture(scope="module")
def said():
    """What each test of this folder says, by its name."""
    modules = [Module(path) for path in HERE.glob("test_*.py")]
    return {
        name: module.says(name) for module in modules for name in module.functions
        if name.startswith("test_")}


# What has another name in the harness, in Ruby or in Perl.
OTHER_NAMES = {
    "ChangeMessageVisibility": ["visibility_timeout ="],
    "ChangeMessageVisibilityBatch": ["batch_change_visibility"],
    "CreateQueue": ["queues.create"], "DeleteMessage": [".delete"],
    "DeleteMessageBatch": ["batch_delete"], "DeleteQueue": [".delete", "->Delete;"],
    "GetQueueAttributes": [".arn", "GetAttributes"],
    "GetQueueUrl": ["queues.named"], "ListQueues": ["queues.with_prefix"],
    "SendMessage": ["queue.send("], "SendMessageBatch": ["batch_send"],
    "SetQueueAttributes": ["SetAttribute"],
}


def spellings(operation):
    words = re.findall("[A-Z][a-z]*", operation)
    return [
        operation, "_".join(words).lower(), "-".join(words).lower(),
        operation[0].lower() + operation[1:], *OTHER_NAMES.get(operation, [])]


def test_every_operation_is_a_row_and_no_cell_is_empty():
    table = rows("Operations")
    assert list(table) == MODEL.operation_names
    assert all(len(row) == 2 and all(map(named, row)) for row in table.values())


def test_every_test_of_an_operation_exists_and_speaks_of_it(said):
    wrong = [
        f"{operation}: {name} is no test, or does not speak of it"
        for operation, row in rows("Operations").items() for name in named(" ".join(row))
        if not any(spelling in said.get(name, "") for spelling in spellings(operation))]
    assert wrong == []


def test_every_error_is_a_row_with_a_test_or_a_reason(said):
    table = rows("Errors")
    assert list(table) == sorted(shape.name for shape in MODEL.error_shapes)
    for error, (given, checked) in table.items():
        assert bool(named(checked)) != given.startswith("never: "), error
        for name in named(checked):
            code = MODEL.shape_for(error).metadata.get("error", {}).get("code", error)
            assert name in said and (error in said[name] or code in said[name]), (error, name)


def test_every_file_that_the_page_names_exists():
    names = re.findall(r"`([\w./]+\.py)`", (HERE / "COMPATIBILITY.md").read_text())
    assert names and all((HERE / name).is_file() for name in names)
