"""Amazon Cognito as moto plays it: a user pool with groups, the tokens that it gives, and the records server behind."""

import gzip
import importlib.resources
import json
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, closing, contextmanager

import boto3
import httpx2
import pytest
from conftest import MODES, PATIENCE_SECONDS, ROOT, TOOLS, refusal_at_the_door
from joserfc import jwt
from joserfc.jwk import KeySet
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from test_access import CALLS, denial

REGION = "eu-west-1"
PASSWORD = "Correct-horse-7"


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def running(command: list[str], **options):
    """A program that ends with the test."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, **options) as program:
        try:
            yield program
        finally:
            program.terminate()


@pytest.fixture(scope="module")
def aws() -> str:
    """Where moto answers for Amazon."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as moto:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert moto.poll() is None, "moto has ended"
            try:
                httpx2.get(f"{url}/moto-api/data.json").raise_for_status()
                break
            except httpx2.TransportError:
                assert time.monotonic() < deadline, "moto does not answer"
                time.sleep(0.1)
        yield url


class Pool:
    """A user pool with an app client, and users in groups."""

    def __init__(self, aws: str):
        self.cognito = boto3.client(
            "cognito-idp",
            endpoint_url=aws,
            region_name=REGION,
            aws_access_key_id="none",
            aws_secret_access_key="none",
        )
        self.id = self.cognito.create_user_pool(PoolName="records")["UserPool"]["Id"]
        client = self.cognito.create_user_pool_client(
            UserPoolId=self.id, ClientName="inspector", ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"]
        )
        self.client = client["UserPoolClient"]["ClientId"]
        self.issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"
        self.jwks_url = f"{aws}/{self.id}/.well-known/jwks.json"

    def tokens(self, user: str, *groups: str) -> dict[str, str]:
        """What the user gets who logs in."""
        self.cognito.admin_create_user(UserPoolId=self.id, Username=user)
        self.cognito.admin_set_user_password(
            UserPoolId=self.id, Username=user, Password=PASSWORD, Permanent=True
        )
        for group in groups:
            self.cognito.create_group(UserPoolId=self.id, GroupName=group)
            self.cognito.admin_add_user_to_group(UserPoolId=self.id, Username=user, GroupName=group)
        return self.cognito.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_NO_SRP_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]

    def signed(self, **claims) -> str:
        """An access token of the pool with these claims. Its pools have one key, and moto brings it along."""
        keys = importlib.resources.files("moto.cognitoidp") / "resources" / "jwks-private.json.gz"
        key = KeySet.import_key_set({"keys": [json.loads(gzip.decompress(keys.read_bytes()))]}).keys[0]
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "sub": "11111111-2222-3333-4444-555555555555",
            "client_id": self.client,
            "token_use": "access",
            "iat": now,
            "exp": now + 300,
            "cognito:groups": ["analysts"],
        }
        return jwt.encode({"kid": "dummy", "alg": "RS256"}, honest | claims, key)


@pytest.fixture
def pool(aws: str) -> Pool:
    return Pool(aws)


@pytest.fixture(scope="session")
def cognito_binary() -> str:
    build = ["cargo", "build", "--quiet", "--locked", "-p", "cognito", "--message-format", "json-render-diagnostics"]
    output = subprocess.run(build, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    artifacts = [json.loads(line) for line in output.splitlines()]
    [binary] = [artifact["executable"] for artifact in artifacts if artifact.get("executable")]
    return binary


@contextmanager
def served(binary: str, pool: Pool, scopes: str):
    """The URL of the records server for the users of this pool."""
    command = [binary, "--region", REGION, "--user-pool", pool.id, "--client", pool.client]
    command += ["--jwks-url", pool.jwks_url, "--scopes", scopes]
    with running(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        yield json.loads(server.stdout.readline())["url"]


@asynccontextmanager
async def connected(url: str, token: str, mode: str = "auto"):
    """The SDK's client with this token."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE_SECONDS) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=mode, read_timeout_seconds=PATIENCE_SECONDS) as client:
            yield client


async def listed(url: str, token: str) -> list[str]:
    async with connected(url, token) as client:
        return [tool.name for tool in (await client.list_tools()).tools]


async def test_a_group_lists_and_calls_what_its_role_may(cognito_binary, pool, protocol):
    token = pool.tokens("ann", "analysts", "canteen")["AccessToken"]
    with served(cognito_binary, pool, "ignore") as url:
        async with connected(url, token, MODES[protocol]) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            assert tools == TOOLS["analyst"]
            identity = (await client.call_tool("whoami")).structured_content
            assert (identity["authenticated_by"], identity["roles"]) == ("oauth", ["analyst"])
            for tool, (arguments, permission) in CALLS.items():
                if tool in tools:
                    result = await client.call_tool(tool, arguments)
                    assert not result.is_error, f"{tool}: {result.content}"
                else:
                    with pytest.raises(MCPError) as refused:
                        await client.call_tool(tool, arguments)
                    assert refused.value.code == 403
                    assert str(refused.value) == denial(tool, permission, "analyst")


async def test_groups_that_are_mapped_to_nothing_give_nothing(cognito_binary, pool):
    token = pool.tokens("carl", "canteen", "Analysts", "analysts2")["AccessToken"]
    with served(cognito_binary, pool, "ignore") as url:
        assert await listed(url, token) == ["whoami"]


def with_another_letter(token: str) -> str:
    """The same but for one letter of its signature."""
    letter = "B" if token[-20] == "A" else "A"
    return token[:-20] + letter + token[-19:]


async def test_other_tokens_are_refused(cognito_binary, aws, pool):
    ours, other = pool.tokens("ann", "analysts"), Pool(aws)
    theirs = other.tokens("eve", "analysts", "admins")
    refused = {
        "an ID token": ours["IdToken"],
        # the pools of moto share one key, so that nothing but its claims tells it
        "a token of another pool": theirs["AccessToken"],
        "an ID token of another pool": theirs["IdToken"],
        "a refresh token": ours["RefreshToken"],
        "an access token for another client": pool.signed(client_id=other.client),
        "an access token that says it is an ID token": pool.signed(token_use="id"),
        "a token that is over": pool.signed(exp=int(time.time()) - 600),
        "an access token of ours with a letter changed": with_another_letter(ours["AccessToken"]),
    }
    with served(cognito_binary, pool, "ignore") as url:
        assert await listed(url, ours["AccessToken"]) == TOOLS["analyst"]
        for what, token in refused.items():
            error = await refusal_at_the_door(connected(url, token))
            assert (error.code, str(error)) == (401, "the credential is not valid"), what


async def test_scopes_limit_what_groups_give(cognito_binary, pool):
    with served(cognito_binary, pool, "limit") as url:
        reading = ["get_record", "query_customer_data", "search_records", "whoami"]
        for scope, tools in {
            "records/read_data": reading,
            "records/read_data records/run_reports": TOOLS["analyst"],
            # what the group does not give no scope adds
            "records/read_data records/delete_data records/write_data": reading,
            # another name, or the name of another resource server
            "records/read_data run_reports other/run_reports records/run_reports2": reading,
            "records/read_data aws.cognito.signin.user.admin": reading,
        }.items():
            assert await listed(url, pool.signed(scope=scope)) == tools, scope


async def test_without_scopes_nothing_that_needs_a_permission_is_listed(cognito_binary, pool):
    with served(cognito_binary, pool, "limit") as url:
        real = pool.tokens("ann", "analysts")["AccessToken"]
        for token in (real, pool.signed(), pool.signed(scope=""), pool.signed(scope="openid profile")):
            async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as http:
                answers = []
                for method, params in (
                    ("tools/list", {}),
                    ("tools/call", {"name": "get_record", "arguments": {"id": 7}}),
                ):
                    answers.append(
                        await http.post(
                            url,
                            json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params},
                            headers={
                                "Accept": "application/json, text/event-stream",
                                "Authorization": f"Bearer {token}",
                                "MCP-Protocol-Version": "2025-11-25",
                            },
                        )
                    )
            for answer in answers:
                # the baseline is what the list is refused for, and what a call needs that is made all the same
                assert answer.status_code == 403, answer.text
                assert 'scope="records/read_data"' in answer.headers["WWW-Authenticate"]
                assert "result" not in answer.json()
