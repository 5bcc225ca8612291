use serde_json::json;
use sha2::{Digest, Sha256};

use super::StartReport;

impl StartReport {
    /// What stands for who may use what, in records and reports: 16 hexadecimal digits of the SHA-256 of the permissions, of
    /// what each role reaches, and of what each tool, prompt and resource requires. With it a record tells under which policy
    /// something was decided, and two programs whether they decide alike.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let roles = self.roles.iter().map(|role| {
            let reach: Vec<&str> = role.permissions().iter().map(|permission| permission.name()).collect();
            json!([role.name(), reach])
        });
        let permissions = self.policy.permissions().iter().map(|permission| permission.name);
        let mut rows: Vec<_> =
            self.rows.iter().map(|row| json!([row.primitive.as_str(), row.name, row.requires])).collect();
        rows.sort_by_key(ToString::to_string);
        let all = json!([permissions.collect::<Vec<_>>(), roles.collect::<Vec<_>>(), rows]);
        let digest = Sha256::digest(all.to_string());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}
