"""Without the SDK: lines of JSON-RPC in, and nothing but lines of JSON-RPC out."""

import json
import os
import subprocess
import threading

import pytest
from conftest import MODES, PATIENCE_SECONDS, TOOLS

CLIENT = {"name": "raw", "version": "0"}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
}
HANDSHAKE = [
    {
        "jsonrpc": "2.0",
        "id": "hello",
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT},
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
]


def request(protocol: str, id, method: str, **params) -> dict:
    meta = {"_meta": META} if protocol == "2026-07-28" else {}
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params | meta}


def opening(protocol: str) -> list[dict]:
    return HANDSHAKE if protocol == "2025-11-25" else [request(protocol, "hello", "server/discover")]


def exchange(records, role: str, lines: list, **environment) -> tuple[dict, subprocess.CompletedProcess]:
    """Writes the lines, waits for every answer, closes: the answers by id, and all that was written."""
    environment = os.environ | {"RUST_LOG": "info"} | environment
    with (
        records.log.open("a") as log,
        subprocess.Popen(
            records.serve(role), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment
        ) as server,
    ):
        deadline = threading.Timer(PATIENCE_SECONDS, server.kill)
        deadline.start()
        try:
            for line in lines:
                server.stdin.write((line if isinstance(line, str) else json.dumps(line)).encode() + b"\n")
            server.stdin.flush()
            waiting = {line["id"] for line in lines if isinstance(line, dict) and "id" in line}
            written, answers = b"", {}
            while waiting and (line := server.stdout.readline()):
                written += line
                answer = json.loads(line)
                if answer.get("id") is not None:
                    waiting.remove(answer["id"])
                    answers[answer["id"]] = answer
            server.stdin.close()
            written += server.stdout.read()
            server.wait()
        finally:
            deadline.cancel()
    assert not waiting, f"no answer to {waiting}"
    return answers, subprocess.CompletedProcess(server.args, server.returncode, written)


def only_messages(written: bytes) -> list[dict]:
    """Every line of standard output, each of them a JSON-RPC message."""
    assert written.endswith(b"\n")
    messages = [json.loads(line) for line in written.decode().split("\n")[:-1]]
    assert all(message["jsonrpc"] == "2.0" for message in messages)
    return messages


def test_a_whole_session(records, protocol):
    lines = [
        *opening(protocol),
        request(protocol, 1, "tools/list"),
        request(protocol, 2, "tools/call", name="get_record", arguments={"id": 7}),
        request(protocol, 3, "tools/call", name="delete_record", arguments={"id": 7}),
        request(protocol, 4, "tools/call", name="no_such_tool"),
        request(protocol, 5, "logging/setLevel", level="debug"),
        request(protocol, 6, "tools/call", name=["delete_record"], arguments={"id": 7}),
    ]
    answers, process = exchange(records, "analyst", lines)

    assert process.returncode == 0
    assert len(only_messages(process.stdout)) == len(answers) == 7
    assert [tool["name"] for tool in answers[1]["result"]["tools"]] == TOOLS["analyst"]
    assert answers[1]["result"]["cacheScope"] == "private"
    assert answers[2]["result"]["structuredContent"]["customer"]["id"] == 7
    assert "result" not in answers[3]
    error = answers[3]["error"]
    assert (error["code"], list(error["data"])) == (403, ["record"])
    assert (
        error["message"]
        == "tool `delete_record` needs permission `delete_data`, which role `analyst` does not have"
    )
    assert [answers[id]["error"]["code"] for id in (4, 5, 6)] == [-32602, -32601, -32602]
    assert records.one("SELECT count(*) FROM customers WHERE id = 7") == 1


def test_nothing_but_mcp_on_stdout_however_much_is_logged(records, protocol):
    lines = [
        *opening(protocol),
        request(protocol, 1, "tools/call", name="run_report", arguments={"kind": "top_customers"}),
        request(protocol, 2, "tools/call", name="get_record", arguments={"id": -1}),
        request(protocol, 3, "tools/call", name="write_record", arguments={}),
    ]
    _, process = exchange(records, "analyst", lines, RUST_LOG="trace,rmcp=trace")
    assert len(only_messages(process.stdout)) == 4
    assert "TRACE" in records.log.read_text()


def test_the_log_in_a_file_is_plain_text(records):
    exchange(records, "analyst", [*HANDSHAKE, request("2025-11-25", 1, "tools/call", name="whoami")])
    log = records.log.read_text()
    assert "whoami" in log and "\x1b" not in log


def test_lines_that_are_no_message_do_not_stop_the_server(records, protocol):
    noise = ["garbage", "", "{", "[]", '"text"', "null", "\N{PILE OF POO}"]
    lines = [*opening(protocol), *noise, request(protocol, 1, "tools/call", name="whoami")]
    answers, process = exchange(records, "readonly", lines)
    assert answers[1]["result"]["structuredContent"]["roles"] == ["readonly"]
    assert process.returncode == 0
    for message in only_messages(process.stdout):
        assert message.get("id") is not None or message["error"]["code"] in (-32700, -32600)


def test_a_second_handshake_cannot_change_who_is_calling(records):
    again = json.loads(json.dumps(HANDSHAKE[0] | {"id": "again"}))
    again["params"] |= {
        "role": "admin",
        "clientInfo": {"name": "admin", "version": "0"},
        "_meta": {"role": "admin"},
    }
    call = request("2025-11-25", 1, "tools/call", name="delete_record", arguments={"id": 7}, role="admin")
    answers, _ = exchange(records, "analyst", [*HANDSHAKE, again, call])
    assert answers[1]["error"]["code"] == 403
    assert records.one("SELECT count(*) FROM customers WHERE id = 7") == 1


def test_every_request_before_the_client_hangs_up_is_answered(records, protocol):
    calls = [
        request(protocol, id, "tools/call", name="delete_record", arguments={"id": id}) for id in range(1, 51)
    ]
    lines = "".join(json.dumps(line) + "\n" for line in [*opening(protocol), *calls])
    process = subprocess.run(
        records.serve("admin"),
        input=lines.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
    )
    answers = [message for message in only_messages(process.stdout) if message["id"] != "hello"]
    assert sorted(answer["id"] for answer in answers) == list(range(1, 51))
    assert all(answer["result"]["isError"] is False for answer in answers)
    assert records.one("SELECT count(*) FROM customers WHERE id <= 50") == 0


@pytest.mark.parametrize("role", TOOLS)
async def test_the_tools_command_prints_what_the_client_lists(records, protocol, role):
    async with records.client(role, MODES[protocol]) as client:
        listed = await client.list_tools()
    printed = subprocess.run(
        records.command("tools", "--role", role, "--json"), stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    described = [tool.model_dump(mode="json", by_alias=True, exclude_unset=True) for tool in listed.tools]
    assert json.loads(printed) == {"role": role, "tools": described}
