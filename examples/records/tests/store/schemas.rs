//! What the model and the caller see as JSON.

use crate::*;
use schemars::schema_for;
use serde_json::{Value, json};

#[test]
fn every_field_of_every_input_is_described_and_limited() {
    let schemas = [
        schema_for!(SearchRecords).to_value(),
        schema_for!(QueryCustomerData).to_value(),
        schema_for!(WriteRecord).to_value(),
        schema_for!(RunReport).to_value(),
        schema_for!(records::store::RecordKey).to_value(),
    ];
    for schema in schemas {
        assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)));
        for (name, field) in schema["properties"].as_object().unwrap() {
            assert!(field["description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}: {field}");
        }
    }
    let search = schema_for!(SearchRecords).to_value();
    assert_eq!(
        (
            &search["required"],
            &search["properties"]["limit"]["default"],
            &search["properties"]["limit"]["maximum"]
        ),
        (&json!(["text"]), &json!(20), &json!(100))
    );
}

#[test]
fn inputs_are_read_strictly_and_outputs_are_plain() {
    let parse =
        |value: Value| serde_json::from_value::<QueryCustomerData>(value).map_err(|error| error.to_string());
    assert_eq!(parse(json!({})).unwrap(), QueryCustomerData::default());
    assert!(
        parse(json!({ "created_from": "2024-02-30" }))
            .unwrap_err()
            .contains("`2024-02-30` is not a date of the form YYYY-MM-DD")
    );
    assert!(parse(json!({ "segment": "vip" })).unwrap_err().contains("small_business"));
    assert!(parse(json!({ "sql": "1=1" })).unwrap_err().contains("unknown field"));
    let (_directory, _path, store) = fresh();
    let report = serde_json::to_value(
        store.run_report(RunReport { kind: ReportKind::OrdersByStatus, year: None }).unwrap(),
    )
    .unwrap();
    assert!(
        report["kind"] == "orders_by_status"
            && report["rows"][0][0] == "delivered"
            && report["rows"][0][1].is_u64(),
        "{report}"
    );
    let page =
        serde_json::to_value(store.query_customer_data(&QueryCustomerData::default()).unwrap()).unwrap();
    assert!(
        page["rows"][0]["name"].is_string() && page["rows"][0]["total_spent_cents"].is_i64(),
        "{}",
        page["rows"][0]
    );
}
