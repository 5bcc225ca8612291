//! The report at the start, of a handler: what was declared for it.

use crate::desk::{Reached, guard, rbac};

#[test]
fn it_says_who_may_use_what_was_declared() {
    let report = guard(&Reached::default()).into_server().check().unwrap();
    let table = "\
Who can use what (6 tools, 2 prompts, 2 resources):
                             reader  writer  chief  requires
  tools                        3       5       6
    burn                       -       -      yes   burn_notes
    copy_all                   -      yes     yes   write_notes
    fall_over                 yes     yes     yes   read_notes
    notes.write                -      yes     yes   write_notes
    overreach                 yes     yes     yes   read_notes
    read_note                 yes     yes     yes   read_notes
  prompts                      2       2       2
    stumble                   yes     yes     yes   read_notes
    summarize                 yes     yes     yes   read_notes
  resources                    2       2       2
    notes://{id}              yes     yes     yes   read_notes
    skill://filing/SKILL.md   yes     yes     yes   read_notes";
    assert!(report.to_string().contains(table), "{report}");
    assert_eq!(report.tools_of(rbac::Role::Reader), ["fall_over", "overreach", "read_note"]);
    assert_eq!(report.prompts_of(rbac::Role::Reader), ["stumble", "summarize"]);
    assert_eq!(report.resources_of(rbac::Role::Reader), ["notes://{id}", "skill://filing/SKILL.md"]);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json["prompts"][0],
        serde_json::json!({
            "name": "stumble", "crate": null, "requires": "read_notes", "roles": ["reader", "writer", "chief"]
        })
    );
}
