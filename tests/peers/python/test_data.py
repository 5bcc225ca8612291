"""The answers are the database's: each is compared with what SQLite says without the server."""

from conftest import MODES


async def test_the_first_start_fills_the_database(new_records, protocol):
    async with new_records.client("readonly", MODES[protocol]) as client:
        everybody = (await client.call_tool("query_customer_data", {"limit": 1})).structured_content
    assert everybody["total"] == new_records.one("SELECT count(*) FROM customers") == 2000


async def test_get_record_gives_the_row(records, protocol):
    async with records.client("readonly", MODES[protocol]) as client:
        record = (await client.call_tool("get_record", {"id": 42})).structured_content
    [row] = records.rows("SELECT name, email, city, country, segment, status FROM customers WHERE id = 42")
    assert (
        tuple(record["customer"][key] for key in ("name", "email", "city", "country", "segment", "status"))
        == row
    )
    assert record["orders"]["count"] == records.one("SELECT count(*) FROM orders WHERE customer_id = 42")
    assert len(record["notes"]) == records.one("SELECT count(*) FROM notes WHERE customer_id = 42")


async def test_search_finds_what_is_there(records, protocol):
    async with records.client("readonly", MODES[protocol]) as client:
        found = (await client.call_tool("search_records", {"text": "köln", "limit": 100})).structured_content
        wildcard = (await client.call_tool("search_records", {"text": "100%"})).structured_content
    assert {hit["city"] for hit in found["hits"]} == {"Köln"}
    assert found["total"] == records.one("SELECT count(*) FROM customers WHERE city = 'Köln'") > 0
    in_notes = "SELECT count(DISTINCT customer_id) FROM notes WHERE instr(text, '100%') > 0"
    assert wildcard["total"] == records.one(in_notes) > 0


async def test_a_query_is_complete_over_its_pages(records, protocol):
    ids, offset = [], 0
    async with records.client("readonly", MODES[protocol]) as client:
        while offset is not None:
            arguments = {"country": "SE", "sort": "oldest", "limit": 50, "offset": offset}
            page = (await client.call_tool("query_customer_data", arguments)).structured_content
            ids += [row["id"] for row in page["rows"]]
            offset = page["next_offset"]
    expected = records.rows("SELECT id FROM customers WHERE country = 'SE' ORDER BY created_on, id")
    assert ids == [id for (id,) in expected]
    assert len(ids) > 50


async def test_a_report_adds_up(records, protocol):
    async with records.client("analyst", MODES[protocol]) as client:
        report = (await client.call_tool("run_report", {"kind": "orders_by_status"})).structured_content
    assert report["columns"] == ["status", "orders", "amount_cents"]
    expected = records.rows("SELECT status, count(*), sum(amount_cents) FROM orders GROUP BY status")
    assert sorted(tuple(row) for row in report["rows"]) == sorted(expected)


async def test_what_the_admin_writes_outlives_the_server(records, protocol):
    ada = {
        "name": "Ada Lovelace",
        "email": "ada.lovelace@example.org",
        "city": "London",
        "country": "GB",
        "segment": "consumer",
    }
    async with records.client("admin", MODES[protocol]) as client:
        created = (await client.call_tool("write_record", ada)).structured_content
        id = created["record"]["customer"]["id"]
        changed = (await client.call_tool("write_record", {"id": id, "city": "Bath"})).structured_content
    assert (created["created"], changed["created"]) == (True, False)
    assert records.rows("SELECT name, city, version FROM customers WHERE id = ?", id) == [
        ("Ada Lovelace", "Bath", 2)
    ]

    async with records.client("readonly", MODES[protocol]) as client:
        record = (await client.call_tool("get_record", {"id": id})).structured_content
    assert record == changed["record"]


async def test_two_clients_share_one_database(records):
    async with records.client("admin") as admin, records.client("readonly") as reader:
        assert not (await reader.call_tool("get_record", {"id": 5})).is_error
        await admin.call_tool("delete_record", {"id": 5})
        assert (await reader.call_tool("get_record", {"id": 5})).is_error
