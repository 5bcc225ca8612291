"""API keys of AWS Secrets Manager as moto plays it, behind a proxy that counts and can be switched off."""

import asyncio
import hashlib
import hmac
import http.client
import json
import os
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import httpx2
import pytest
from conftest import PATIENCE_SECONDS, ROOT, TOOLS
from test_cognito import REGION, aws, connected, listed, running  # noqa: F401

CANARY = "canary-of-a-secret-that-nobody-may-repeat"
PEPPER = "a pepper of more than thirty-two bytes"


class Proxy:
    """What the server takes for Amazon: it counts what it is asked for, by stage."""

    def __init__(self, aws: str):
        self.counts = Counter()
        self.delay_seconds = 0.0
        self.hangs_up = False
        self.port = 0
        behind = urlsplit(aws).netloc
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
                asked = json.loads(body)
                proxy.counts[asked["SecretId"], asked["VersionStage"]] += 1
                if proxy.hangs_up:
                    return
                time.sleep(proxy.delay_seconds)
                onward = http.client.HTTPConnection(behind)
                onward.request("POST", self.path, body, dict(self.headers))
                answer = onward.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name in ("Content-Type", "x-amzn-ErrorType", "x-amzn-errortype"):
                    if value := answer.getheader(name):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                onward.close()

            def log_message(self, *_):
                pass

        self.handler = Handler

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self.handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def fetches(self, secret: str) -> int:
        """How often it was asked for the secret; each time for both of its versions, and for nothing else."""
        stages = {stage: count for (name, stage), count in self.counts.items() if name == secret}
        assert stages.keys() <= {"AWSCURRENT", "AWSPREVIOUS"}, stages
        return stages.get("AWSCURRENT", 0)


@pytest.fixture
def proxy(aws: str):  # noqa: F811
    proxy = Proxy(aws)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def manager(aws: str):  # noqa: F811
    return boto3.client(
        "secretsmanager",
        endpoint_url=aws,
        region_name=REGION,
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )


@pytest.fixture
def name(request) -> str:
    """A secret that no other test has."""
    return f"records/{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"


@pytest.fixture(scope="session")
def aws_binary() -> str:
    build = ["cargo", "build", "--quiet", "--locked", "-p", "aws", "--message-format", "json-render-diagnostics"]
    output = subprocess.run(build, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    artifacts = [json.loads(line) for line in output.splitlines()]
    [binary] = [artifact["executable"] for artifact in artifacts if artifact.get("executable")]
    return binary


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "aws-log.txt"


@pytest.fixture
def served(aws_binary: str, proxy: Proxy, name: str, log: Path):
    """The URL of the records server with the keys of the secret; times are in seconds."""

    @contextmanager
    def serve(ttl: float = 600, max_stale: float = 600, pepper: str | None = None, **environment: str):
        command = [aws_binary, "--region", REGION, "--endpoint", proxy.url, "--secret", name]
        command += ["--ttl", str(int(ttl * 1000)), "--max-stale", str(int(max_stale * 1000))]
        if pepper is not None:
            command += ["--pepper", pepper]
        env = {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "the-credential-of-this-server-at-aws",
            "RUST_LOG": "trace",
        }
        with (
            log.open("w") as errors,
            running(command, stdout=subprocess.PIPE, stderr=errors, env=env | environment) as server,
        ):
            yield json.loads(server.stdout.readline())["url"]

    return serve


def entry(key: str, owner: str, role: str = "analyst", **fields) -> dict:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"id": key[8:20], "owner": owner, "roles": [role], "sha256": digest} | fields


def secret_of(*entries: dict) -> str:
    return json.dumps({"keys": entries})


@pytest.fixture
def make_key(new_records):
    """Keys as the commands make them."""
    return lambda owner: new_records.keys("new", "--role", "analyst", "--owner", owner)


async def post(http: httpx2.AsyncClient, url: str, key: str) -> httpx2.Response:
    return await http.post(
        url,
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}},
        headers={
            "Accept": "application/json, text/event-stream",
            "Authorization": f"Bearer {key}",
            "MCP-Protocol-Version": "2025-11-25",
        },
    )


async def status(url: str, key: str) -> int:
    async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as http:
        return (await post(http, url, key)).status_code


async def becomes(wanted: int, url: str, key: str) -> float:
    """Waits for this answer, and says for how long."""
    began = time.monotonic()
    while (found := await status(url, key)) != wanted:
        assert time.monotonic() - began < PATIENCE_SECONDS, found
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_keys_of_a_secret_let_in_with_their_roles(served, manager, name, make_key):
    alice, root, stranger = make_key("alice"), make_key("root"), make_key("eve")
    manager.create_secret(Name=name, SecretString=secret_of(entry(alice, "alice"), entry(root, "root", "admin")))
    with served() as url:
        assert await listed(url, alice) == TOOLS["analyst"]
        assert await listed(url, root) == TOOLS["admin"]
        async with connected(url, alice) as client:
            identity = (await client.call_tool("whoami")).structured_content
            assert (identity["subject"], identity["authenticated_by"]) == ("alice", "api_key")
        assert await status(url, stranger) == 401


async def test_a_rotation_with_overlap(served, manager, proxy, name, make_key):
    old, new, newest, pending = (make_key(owner) for owner in ("alice", "bob", "carol", "dan"))
    manager.create_secret(Name=name, SecretString=secret_of(entry(old, "alice")))
    with served(ttl=0.5) as url:
        assert await status(url, old) == 200
        # what is to come is not there yet
        manager.put_secret_value(SecretId=name, SecretString=secret_of(entry(pending, "dan")), VersionStages=["AWSPENDING"])
        await asyncio.sleep(0.6)
        assert [await status(url, key) for key in (old, pending)] == [200, 401]
        manager.put_secret_value(SecretId=name, SecretString=secret_of(entry(new, "bob")))
        await becomes(200, url, new)
        assert await status(url, old) == 200
        # the next rotation ends the overlap
        manager.put_secret_value(SecretId=name, SecretString=secret_of(entry(newest, "carol")))
        await becomes(200, url, newest)
        assert [await status(url, key) for key in (old, new, pending)] == [401, 200, 401]
    assert proxy.fetches(name) > 1


async def test_a_key_that_is_revoked_is_not_good_in_the_version_before(served, manager, name, make_key):
    alice, bob = make_key("alice"), make_key("bob")
    manager.create_secret(Name=name, SecretString=secret_of(entry(alice, "alice"), entry(bob, "bob")))
    with served(ttl=0.5) as url:
        assert [await status(url, key) for key in (alice, bob)] == [200, 200]
        revoked = entry(alice, "alice", revoked="2026-01-01T00:00:00Z")
        manager.put_secret_value(SecretId=name, SecretString=secret_of(revoked))
        await becomes(401, url, alice)
        assert await status(url, bob) == 200


async def test_one_fetch_per_ttl(served, manager, proxy, name, make_key):
    key = make_key("alice")
    manager.create_secret(Name=name, SecretString=secret_of(entry(key, "alice")))
    ttl, answers = 4, Counter()
    with served(ttl=ttl) as url:
        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as http:
            for window in range(1, 4):
                began = time.monotonic()
                for _ in range(100):
                    answers[(await post(http, url, key)).status_code] += 1
                assert time.monotonic() - began < 0.8 * ttl, "the machine is too slow for this test"
                assert proxy.fetches(name) == window
                await asyncio.sleep(ttl + 0.1)
    assert answers == {200: 300}
    assert proxy.counts == {(name, "AWSCURRENT"): 3, (name, "AWSPREVIOUS"): 3}


async def test_one_fetch_for_200_misses_at_once(served, manager, proxy, name, make_key):
    key = make_key("alice")
    manager.create_secret(Name=name, SecretString=secret_of(entry(key, "alice")))
    proxy.delay_seconds, ttl = 1.0, 5
    with served(ttl=ttl) as url:
        # before there is a secret, and when its time is over
        for round_ in (1, 2):
            limits = httpx2.Limits(max_connections=200)
            async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits) as http:
                answers = await asyncio.gather(*(post(http, url, key) for _ in range(200)))
            assert Counter(answer.status_code for answer in answers) == {200: 200}
            assert proxy.fetches(name) == round_
            await asyncio.sleep(ttl)


@pytest.mark.parametrize("how", ["nobody listens", "the connection is closed"])
async def test_an_outage(served, manager, proxy, name, make_key, log, how):
    key, new = make_key("alice"), make_key("bob")
    manager.create_secret(Name=name, SecretString=secret_of(entry(key, "alice")))
    ttl, max_stale = 1, 4
    with served(ttl=ttl, max_stale=max_stale) as url:
        assert await status(url, key) == 200
        last_good = time.monotonic()
        if how == "nobody listens":
            proxy.stop()
        else:
            proxy.hangs_up = True
        before, answers = proxy.fetches(name), []
        manager.put_secret_value(SecretId=name, SecretString=secret_of(entry(new, "bob")))
        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as http:
            while time.monotonic() - last_good < ttl + max_stale + 2:
                began = time.monotonic()
                answer = await post(http, url, key)
                answers.append((began - last_good, answer.status_code, answer.headers.get("Retry-After")))
        # what was had before counts until its limit, and then nothing does
        assert {code for at, code, _ in answers if at < max_stale} == {200}
        assert {code for at, code, _ in answers if at > ttl + max_stale} == {503}
        assert {wait for _, code, wait in answers if code == 503} == {"30"}
        if how != "nobody listens":
            attempts = proxy.fetches(name) - before
            print(f"{len(answers)} requests in an outage of {ttl + max_stale + 2} s: {attempts} fetches")
            # one per second at the most: the pause is no longer than the time that a secret counts
            assert len(answers) > 100 and 2 <= attempts <= ttl + max_stale + 2
        if how == "nobody listens":
            proxy.start()
        proxy.hangs_up = False
        assert await becomes(200, url, new) < 3
        assert await status(url, key) == 200
    assert "counts for" in log.read_text()


async def test_an_outage_at_the_start(served, manager, proxy, name, make_key):
    key = make_key("alice")
    manager.create_secret(Name=name, SecretString=secret_of(entry(key, "alice")))
    proxy.stop()
    with served(ttl=1) as url:
        assert await status(url, key) == 503
        # other credentials are not held up: nobody knows this one
        assert await status(url, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln") == 401
        proxy.start()
        await becomes(200, url, key)


def spoil(manager, name: str, way: str) -> None:
    match way:
        case "deleted":
            manager.delete_secret(SecretId=name)
        case "gone":
            manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        case "binary":
            manager.put_secret_value(SecretId=name, SecretBinary=CANARY.encode())
        case "no JSON":
            manager.put_secret_value(SecretId=name, SecretString=CANARY)
        case "other JSON":
            manager.put_secret_value(SecretId=name, SecretString=json.dumps({"password": CANARY}))
        case "a wrong field":
            bad = {"id": CANARY, "owner": "alice", "roles": [CANARY], "sha256": CANARY, CANARY: 1}
            manager.put_secret_value(SecretId=name, SecretString=secret_of(bad))


WAYS = {
    "deleted": "it is deleted, or about to be",
    "gone": "there is no such secret",
    "binary": "it is binary and not text",
    "no JSON": "it is no JSON object",
    "other JSON": "`keys` is missing",
    "a wrong field": "`id` is not an id: twelve letters and digits",
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_secret_that_goes_bad(served, manager, name, make_key, log, way):
    key = make_key("alice")
    good = secret_of(entry(key, "alice"))
    manager.create_secret(Name=name, SecretString=good)
    with served(ttl=0.5, max_stale=2) as url:
        assert await status(url, key) == 200
        spoil(manager, name, way)
        began = time.monotonic()
        while time.monotonic() - began < 1.5:
            assert await status(url, key) == 200
        await asyncio.sleep(1.5)
        # also where the version before is good
        assert await status(url, key) == 503
        match way:
            case "deleted":
                manager.restore_secret(SecretId=name)
            case "gone":
                manager.create_secret(Name=name, SecretString=good)
            case _:
                manager.put_secret_value(SecretId=name, SecretString=good)
        await becomes(200, url, key)
    said = log.read_text()
    assert WAYS[way] in said
    # at the level `trace`, whoever writes it
    assert CANARY not in said


@pytest.mark.parametrize("way", WAYS)
async def test_a_secret_that_is_bad_at_the_start(served, manager, name, make_key, log, way):
    key = make_key("alice")
    manager.create_secret(Name=name, SecretString=secret_of(entry(key, "alice")))
    spoil(manager, name, way)
    with served(ttl=0.5) as url:
        assert await status(url, key) == 503
    assert WAYS[way] in log.read_text()


async def test_a_pepper_that_is_a_secret_too(served, manager, name, make_key, log):
    key, plain = make_key("alice"), make_key("bob")
    digest = hmac.new(PEPPER.encode(), key.encode(), "sha256").hexdigest()
    peppered = entry(key, "alice", hmac_sha256=digest)
    del peppered["sha256"]
    renamed = entry(plain, "bob")
    renamed["hmac_sha256"] = renamed.pop("sha256")
    manager.create_secret(Name=name, SecretString=secret_of(peppered, renamed))
    manager.create_secret(Name=f"{name}/pepper", SecretString=PEPPER)
    with served(ttl=0.5, max_stale=1, pepper=f"{name}/pepper") as url:
        assert [await status(url, each) for each in (key, plain)] == [200, 401]
        manager.put_secret_value(SecretId=f"{name}/pepper", SecretString="the next pepper of thirty-two bytes or more")
        await asyncio.sleep(0.6)
        # the one before is good until the next rotation
        assert await status(url, key) == 200
        manager.delete_secret(SecretId=f"{name}/pepper")
        await becomes(503, url, key)
    # at the level `trace`, whoever writes it
    said = log.read_text()
    for secret in (PEPPER, "the next pepper", key, plain, digest, "the-credential-of-this-server-at-aws"):
        assert secret not in said


async def test_a_credential_in_the_environment_authenticates_nobody(served, manager, name, make_key):
    key, stray = make_key("alice"), make_key("eve")
    secret = secret_of(entry(stray, "eve", "admin"))
    manager.create_secret(Name=name, SecretString=secret_of(entry(key, "alice")))
    environment = {
        "MCP_RBAC_API_KEY": stray,
        "MCP_RBAC_KEYS": secret,
        "RECORDS_KEYS": secret,
        "API_KEY": stray,
        "API_KEYS": stray,
        "AUTHORIZATION": f"Bearer {stray}",
        "BEARER_TOKEN": stray,
    }
    with served(**environment) as url:
        assert await status(url, key) == 200
        for credential in (stray, "the-credential-of-this-server-at-aws", "none", name):
            assert await status(url, credential) == 401, credential
