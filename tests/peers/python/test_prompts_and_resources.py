"""What each role can get and read on the records server, through the official client, over stdio and HTTP."""

import json
from contextlib import asynccontextmanager

import pytest
from conftest import MODES, TOOLS
from mcp import MCPError

# What each role is promised. Written by hand: it is a second opinion on the policy.
PROMPTS = {
    "readonly": ["summarize_customer"],
    "analyst": ["review_revenue", "summarize_customer"],
    "admin": ["review_revenue", "summarize_customer"],
}
REPORT = "records://reports/revenue_by_segment"
RESOURCES = {
    "readonly": ["records://schema"],
    "analyst": [REPORT, "records://schema"],
    "admin": [REPORT, "records://schema"],
}
TEMPLATES = ["records://customers/{id}"]

# How to get each prompt.
ARGUMENTS = {"review_revenue": {}, "summarize_customer": {"id": "7"}}


@pytest.fixture(params=["stdio", "http"])
def connect(request, records):
    """A client as this role, on each transport."""

    @asynccontextmanager
    async def connect(role: str, mode: str):
        if request.param == "stdio":
            async with records.client(role, mode) as client:
                yield client
        else:
            with records.http() as served:
                async with served.client(served.keys[role], mode) as client:
                    yield client

    return connect


@pytest.mark.parametrize("role", TOOLS)
async def test_a_role_gets_the_prompts_that_it_sees_and_no_other(connect, records, protocol, role):
    async with connect(role, MODES[protocol]) as client:
        page = await client.list_prompts()
        assert [prompt.name for prompt in page.prompts] == PROMPTS[role]
        assert page.cache_scope == "private"
        for prompt, arguments in ARGUMENTS.items():
            if prompt in PROMPTS[role]:
                [message] = (await client.get_prompt(prompt, arguments)).messages
                if prompt == "summarize_customer":
                    assert records.one("SELECT name FROM customers WHERE id = 7") in message.content.text
            else:
                with pytest.raises(MCPError) as refused:
                    await client.get_prompt(prompt, arguments)
                assert (refused.value.code, str(refused.value)) == (
                    403,
                    f"prompt `{prompt}` needs permission `run_reports`, which role `{role}` does not have",
                )


@pytest.mark.parametrize("role", TOOLS)
async def test_a_role_reads_the_resources_that_it_sees_and_no_other(connect, records, protocol, role):
    async with connect(role, MODES[protocol]) as client:
        page = await client.list_resources()
        assert [resource.uri for resource in page.resources] == RESOURCES[role]
        assert page.cache_scope == "private"
        templates = (await client.list_resource_templates()).resource_templates
        assert [template.uri_template for template in templates] == TEMPLATES

        [schema] = (await client.read_resource("records://schema")).contents
        assert "CREATE TABLE customers" in schema.text
        [customer] = (await client.read_resource("records://customers/7")).contents
        name = records.one("SELECT name FROM customers WHERE id = 7")
        assert json.loads(customer.text)["customer"]["name"] == name
        if REPORT in RESOURCES[role]:
            [report] = (await client.read_resource(REPORT)).contents
            assert json.loads(report.text)
        else:
            with pytest.raises(MCPError) as refused:
                await client.read_resource(REPORT)
            assert refused.value.code == 403


async def test_what_cannot_be_is_said(connect, protocol):
    async with connect("admin", MODES[protocol]) as client:
        for uri in ("records://customers/1000000000", "records://customers/seven", "records://customers/%37"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        with pytest.raises(MCPError) as refused:
            await client.get_prompt("summarize_customer", {"id": "seven"})
        assert "`id` is a number" in str(refused.value)
