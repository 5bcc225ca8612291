//! What the compiler says.
#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/tool/fail/*.rs");
    cases.pass("ui/tool/pass/*.rs");
}
