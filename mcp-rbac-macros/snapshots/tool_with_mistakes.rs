fn get_record(&self) {}
::core::compile_error! {
    "the name of a permission cannot be empty\nhelp: a tool that needs no permission is `authenticated` or `public = \"why this is safe\"`"
}
::core::compile_error! {
    "a method cannot be a tool\nhelp: make it a free function that takes what it needs as `State<T>`"
}
::core::compile_error! {
    "a tool name cannot contain ` `\nhelp: it is made of letters and digits of ASCII, `_`, `-` and `.`"
}
