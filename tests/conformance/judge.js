// What must not pass, and whether that and nothing else did not.
//
// Two things have to agree: the reason why a scenario cannot pass, which follows from scenarios.js and the server, and
// the checks that fail in it, which were written down in expected.json.

import { scenariosOf } from "./scenarios.js";

/** What cannot pass: scenario → why. */
function reasons(revision, { name: server, options, denied }) {
    const guarded = server !== "plain";
    const stateless = guarded ? !options.includes("--sessions") : options.includes("--stateless");
    const anonymous = guarded && !options.includes("--known");
    const found = new Map();
    for (const [name, { needs, sessions, owned, refusable }] of scenariosOf(revision)) {
        const lacking = refusable ? undefined : needs.find((need) => denied.has(need));
        if (lacking !== undefined) found.set(name, `may not use ${lacking}`);
        else if (stateless && sessions === true && revision < "2026-07-28") found.set(name, "needs a session");
        else if (guarded && stateless && sessions === "in vain") found.set(name, "needs a session");
        else if (anonymous && owned) found.set(name, "needs a caller with a name");
        else if (server === "native" && name === "tasks-mrtr-composition") {
            found.set(name, "a tool asks within its task, not before it is one");
        }
        // what a native server lists changes with the permissions of its caller alone
        else if (anonymous && server === "native" && needs.includes("tool test_trigger_tool_change")) {
            found.set(name, "needs a caller whose permissions change");
        }
    }
    return found;
}

/** A warning is a SHOULD that is not kept. */
const missedOf = (checks) => checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");

/** Several checks have one id. */
const label = ({ id, name }) => `${id}, ${name}`;

/** Writes down which checks fail where something cannot pass. What fails without a reason is not written down. */
export function record(expected, checks, revision, server) {
    const failing = [...reasons(revision, server).keys()].map((name) => [
        name,
        missedOf(checks.get(name) ?? []).map(label),
    ]);
    expected[server.title] ??= {};
    expected[server.title][revision] = Object.fromEntries(failing);
}

/** Holds what the suite found to what is expected. */
export function judge(expected, checks, revision, server) {
    const known = scenariosOf(revision);
    const why = reasons(revision, server);
    const outcome = { rows: [], passed: 0, problems: [] };
    for (const name of new Set([...known.keys(), ...checks.keys()])) {
        const found = checks.get(name) ?? [];
        const missed = missedOf(found);
        const passed = found.filter(({ status }) => status === "SUCCESS").length;
        const problems = [];
        if (!checks.has(name)) problems.push("the suite has no result for it; see suite.log");
        if (!known.has(name)) problems.push("the suite has this scenario and scenarios.js has not");
        if (why.has(name) && missed.length === 0) problems.push(`passes, and cannot: ${why.get(name)}`);

        const allowed = why.has(name) ? [...(expected[server.title]?.[revision]?.[name] ?? [])] : [];
        for (const check of missed) {
            const place = allowed.indexOf(label(check));
            if (place >= 0) allowed.splice(place, 1);
            else problems.push(`${label(check)}\n    expected: ${check.description}\n    found:    ${said(check)}`);
        }
        for (const check of allowed) problems.push(`${check}\n    passes, and cannot: ${why.get(name)}`);

        outcome.passed += passed;
        outcome.problems.push(...problems.map((problem) => `${server.title}, ${name} (${revision}): ${problem}`));
        const fine = why.has(name) ? `fails: ${why.get(name)}` : passed > 0 ? "passed" : "nothing to check";
        outcome.rows.push([name, passed, missed.length, problems.length > 0 ? "FAILED" : fine]);
    }
    return outcome;
}

function said({ errorMessage, details }) {
    return errorMessage ?? JSON.stringify(details ?? "no reason");
}
