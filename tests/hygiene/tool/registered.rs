//! What compiled is there, and works.

use ::core::{assert_eq, option::Option::Some, prelude::v1::test};
use ::rbac_runtime::{Server, testing::Client};
use ::serde_json::json;
use ::std::{borrow::ToOwned, format, iter::Iterator, string::String, vec::Vec};

fn server() -> Server {
    Server::new(&crate::rbac::POLICY).state(1_u8).build().expect("the server starts")
}

#[::tokio::test]
async fn every_tool_that_is_not_configured_away_is_registered() {
    let client = Client::as_role(&server(), crate::rbac::Role::Writer).await;
    assert_eq!(
        client.tool_names().await,
        [
            "cfg_after",
            "cfg_attr",
            "cfg_before",
        ]
    );
}
