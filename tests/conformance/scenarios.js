// Every scenario that the suite runs for a requirement set, and what a server needs for it.
//
//   needs     tools, prompts, resources and methods that must work
//   sessions  the server sends requests of its own, or lets a client come back to a stream: clients before 2026-07-28
//             need a session for that. `"more"`: passes without, with less to check. `"in vain"`: rmcp alone passes
//             without, though nothing could be sent; a guard refuses
//   owned     it makes a task, or a state between two calls, and those belong to somebody
//   refusable the suite takes an error for a good answer, a denial as well
//   scored    `false`: run and reported by the suite, outside of what the revision requires
//
// `run.js` holds this list to what the suite ran, and README.md to this list.

const OLD = "2025-11-25";
const NEW = "2026-07-28";
const BOTH = [OLD, NEW];

const tool = (name) => `tool ${name}`;
const prompt = (name) => `prompt ${name}`;
const resource = (uri) => `resource ${uri}`;

const round = (name, ...tools) => ({
    name: `input-required-result-${name}`,
    revisions: [NEW],
    needs: tools.map((last) => tool(`test_input_required_result_${last}`)),
});

const task = (name, ...tools) => ({
    name: `tasks-${name}`,
    revisions: [NEW],
    scored: false,
    owned: true,
    needs: ["tasks/get, tasks/update, tasks/cancel", ...tools.map(tool)],
});

export const SCENARIOS = [
    { name: "server-initialize", revisions: [OLD], needs: ["initialize"], sessions: "more" },
    {
        name: "server-session-lifecycle",
        revisions: [OLD],
        scored: false,
        needs: ["initialize", "DELETE of a session"],
        sessions: "more",
    },
    {
        name: "server-stateless",
        revisions: [NEW],
        needs: [
            "server/discover",
            "subscriptions/listen",
            "tools/list",
            "prompts/list",
            tool("test_missing_capability"),
            tool("test_streaming_elicitation"),
            tool("test_logging_tool"),
            tool("test_trigger_tool_change"),
            tool("test_trigger_prompt_change"),
        ],
    },
    { name: "ping", revisions: [OLD], needs: ["ping"] },
    { name: "logging-set-level", revisions: [OLD], needs: ["logging/setLevel"] },
    { name: "completion-complete", revisions: BOTH, needs: ["completion/complete", prompt("test_prompt_with_arguments")] },
    { name: "dns-rebinding-protection", revisions: BOTH, needs: ["check of Host or Origin"] },
    { name: "server-sse-multiple-streams", revisions: BOTH, needs: ["tools/list"], sessions: true },
    { name: "server-sse-polling", revisions: [OLD], scored: false, needs: [tool("test_reconnection")], sessions: true },
    { name: "http-header-validation", revisions: [NEW], scored: false, needs: ["tools/list", "the first tool of the list"] },
    {
        name: "http-custom-header-server-validation",
        revisions: [NEW],
        scored: false,
        needs: ["check of Mcp-Param-*", "tools/list", tool("test_header_parameter")],
    },
    {
        name: "caching",
        revisions: [NEW],
        needs: [
            "tools/list",
            "prompts/list",
            "resources/list",
            "resources/templates/list",
            "the first resource of the list",
        ],
    },

    { name: "tools-list", revisions: BOTH, needs: ["tools/list"] },
    { name: "json-schema-2020-12", revisions: BOTH, scored: false, needs: ["tools/list", tool("json_schema_2020_12_tool")] },
    { name: "tools-call-simple-text", revisions: BOTH, needs: [tool("test_simple_text")] },
    { name: "tools-call-image", revisions: BOTH, needs: [tool("test_image_content")] },
    { name: "tools-call-audio", revisions: BOTH, needs: [tool("test_audio_content")] },
    { name: "tools-call-embedded-resource", revisions: BOTH, needs: [tool("test_embedded_resource")] },
    { name: "tools-call-mixed-content", revisions: BOTH, needs: [tool("test_multiple_content_types")] },
    { name: "tools-call-error", revisions: BOTH, needs: [tool("test_error_handling")] },
    { name: "tools-call-with-progress", revisions: BOTH, needs: [tool("test_tool_with_progress")] },
    { name: "tools-call-with-logging", revisions: [OLD], needs: ["logging/setLevel", tool("test_tool_with_logging")] },
    { name: "tools-call-sampling", revisions: [OLD], needs: [tool("test_sampling")], sessions: true },
    { name: "tools-call-elicitation", revisions: [OLD], needs: [tool("test_elicitation")], sessions: true },
    {
        name: "elicitation-sep1034-defaults",
        revisions: [OLD],
        needs: [tool("test_elicitation_sep1034_defaults")],
        sessions: true,
    },
    {
        name: "elicitation-sep1330-enums",
        revisions: [OLD],
        needs: [tool("test_elicitation_sep1330_enums")],
        sessions: true,
    },

    { name: "prompts-list", revisions: BOTH, needs: ["prompts/list"] },
    { name: "prompts-get-simple", revisions: BOTH, needs: [prompt("test_simple_prompt")] },
    { name: "prompts-get-with-args", revisions: BOTH, needs: [prompt("test_prompt_with_arguments")] },
    { name: "prompts-get-embedded-resource", revisions: BOTH, needs: [prompt("test_prompt_with_embedded_resource")] },
    { name: "prompts-get-with-image", revisions: BOTH, needs: [prompt("test_prompt_with_image")] },

    { name: "resources-list", revisions: BOTH, needs: ["resources/list"] },
    { name: "resources-read-text", revisions: BOTH, needs: [resource("test://static-text")] },
    { name: "resources-read-binary", revisions: BOTH, needs: [resource("test://static-binary")] },
    { name: "resources-templates-read", revisions: BOTH, needs: [resource("test://template/{id}/data")] },
    { name: "sep-2164-resource-not-found", revisions: [NEW], needs: ["resources/read of nothing"] },
    {
        name: "resources-subscribe",
        revisions: [OLD],
        needs: ["resources/subscribe", resource("test://watched-resource")],
        sessions: "in vain",
    },
    {
        name: "resources-unsubscribe",
        revisions: [OLD],
        needs: ["resources/subscribe", "resources/unsubscribe", resource("test://watched-resource")],
        sessions: "in vain",
    },

    round("basic-elicitation", "elicitation"),
    round("basic-sampling", "sampling"),
    round("basic-list-roots", "list_roots"),
    { ...round("request-state", "request_state"), owned: true },
    { ...round("multiple-input-requests", "multiple_inputs"), owned: true },
    { ...round("multi-round", "multi_round"), owned: true },
    round("missing-input-response", "elicitation"),
    {
        name: "input-required-result-non-tool-request",
        revisions: [NEW],
        needs: [prompt("test_input_required_result_prompt")],
    },
    round("result-type", "elicitation"),
    { name: "input-required-result-unsupported-methods", revisions: [NEW], needs: ["tools/list", "prompts/list"] },
    { ...round("tampered-state", "tampered_state"), owned: true },
    round("capability-check", "capabilities"),
    round("ignore-extra-params", "elicitation"),
    { ...round("validate-input", "elicitation"), refusable: true },

    task("lifecycle", "greet", "slow_compute", "failing_job", "protocol_error_job"),
    task("capability-negotiation", "slow_compute"),
    task("wire-fields", "slow_compute"),
    task("request-state-removal", "slow_compute"),
    task("mrtr-input", "confirm_delete", "multi_input"),
    task("request-headers", "greet", "slow_compute"),
    task("dispatch-and-envelope", "greet", "slow_compute", "confirm_delete", "failing_job"),
    // the suite skips its only check
    { ...task("status-notifications"), needs: [], owned: false },
    // the task is refused before it is made
    { ...task("required-task-error", "failing_job"), owned: false },
    task("mrtr-composition", "test_tool_with_task"),
];

/** The scenarios of a revision, by name. */
export const scenariosOf = (revision) =>
    new Map(
        SCENARIOS.filter((scenario) => scenario.revisions.includes(revision)).map((scenario) => [scenario.name, scenario]),
    );

/** The table of README.md. */
export function table() {
    const sessions = { true: "needed", more: "more is checked", "in vain": "in vain without" };
    const rows = SCENARIOS.map(({ name, revisions, needs, sessions: kept, scored }) => [
        `\`${name}\``,
        revisions.length === BOTH.length ? "both" : revisions[0],
        scored === false ? "no" : "yes",
        needs.map((need) => need.replace(/^(tool|prompt|resource) (.*)/, "$1 `$2`")).join(", ") || "nothing",
        sessions[kept] ?? "",
    ]);
    const header = ["scenario", "revision", "scored", "needs", "session"];
    return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
