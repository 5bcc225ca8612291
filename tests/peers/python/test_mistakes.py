"""Every mistake of a caller gets one sentence that says what to mend, and the server goes on."""

import pytest
from conftest import MODES
from mcp import MCPError

MISTAKES = [
    ("get_record", {}, "missing field `id`"),
    ("get_record", {"id": "seven"}, 'invalid type: string "seven"'),
    ("get_record", {"id": 7, "name": "Ada"}, "unknown field `name`, expected `id`"),
    ("get_record", {"id": 10**6}, "there is no record 1000000; `search_records` finds the ids"),
    ("search_records", {"text": ""}, "`text` must not be empty"),
    ("search_records", {"text": "a", "limit": 101}, "`limit` must be from 1 to 100"),
    (
        "query_customer_data",
        {"country": "Germany"},
        "`country` must be a two-letter country code such as `DE`",
    ),
    (
        "query_customer_data",
        {"created_from": "2024-02-30"},
        "`2024-02-30` is not a date of the form YYYY-MM-DD",
    ),
    ("run_report", {"kind": "profit"}, "unknown variant `profit`, expected one of `revenue_by_month`"),
    ("write_record", {"name": "Ada"}, "`email` is needed for a new customer"),
    ("write_record", {"id": 1, "email": "nobody"}, "`email` must be an e-mail address"),
    ("write_record", {"id": 1, "expected_version": 9, "city": "Bonn"}, "not at the expected version 9"),
]


@pytest.mark.parametrize(("tool", "arguments", "sentence"), MISTAKES)
async def test_bad_arguments_are_explained_to_the_model(records, protocol, tool, arguments, sentence):
    async with records.client("admin", MODES[protocol]) as client:
        before = records.content()
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        [said] = [block.text for block in result.content]
        assert sentence in said
        assert "\n" not in said and str(records.database) not in said and "sqlite" not in said.lower()
        assert not (await client.call_tool("whoami")).is_error
    assert records.content() == before


async def test_an_unknown_tool_is_a_protocol_error(records, protocol):
    async with records.client("admin", MODES[protocol]) as client:
        for name in ("no_such_tool", "delete_records", "DELETE_RECORD", ""):
            with pytest.raises(MCPError) as unknown:
                await client.call_tool(name, {})
            assert (unknown.value.code, str(unknown.value)) == (-32602, f"unknown tool `{name}`")


async def test_what_the_server_does_not_offer_is_refused(records, protocol):
    async with records.client("admin", MODES[protocol]) as client:
        for name in ("no_such_prompt", "SUMMARIZE_CUSTOMER"):
            with pytest.raises(MCPError) as refused:
                await client.get_prompt(name, {"id": "7"})
            assert (refused.value.code, str(refused.value)) == (-32602, f"unknown prompt `{name}`")
        for uri in ("records://nothing", "records://customers", "records://customers/7/notes"):
            with pytest.raises(MCPError) as refused:
                await client.read_resource(uri)
            assert refused.value.code in (-32602, -32002)


async def test_a_cursor_from_elsewhere_is_refused(records, protocol):
    async with records.client("readonly", MODES[protocol]) as client:
        with pytest.raises(MCPError) as refused:
            await client.list_tools(cursor="bm9uc2Vuc2U=")
        assert refused.value.code == -32602


async def test_a_made_up_cursor_widens_nothing(records, protocol):
    async with records.client("readonly", MODES[protocol]) as client:
        page = await client.list_tools(cursor="after:a")
    assert "delete_record" not in [tool.name for tool in page.tools]
