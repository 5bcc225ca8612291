//! How the clients of AWS are configured.

use aws_config::{BehaviorVersion, Region, SdkConfig};

/// The configuration of the environment, with this region and this endpoint where they are given.
pub(crate) async fn configuration(region: Option<&str>, endpoint: Option<&str>) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12());
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader.load().await
}
