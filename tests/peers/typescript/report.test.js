// The page that `audit report --html` writes, in a browser, at the width of a desktop and of a phone.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { PATIENCE, Records } from "./support.js";

const BROWSER = ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
);

/** A browser that is spoken to through a pipe (Chrome DevTools Protocol); `t` ends it. */
function browser(t, folder) {
    const options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"];
    const process = spawn(BROWSER, [...options, `--user-data-dir=${join(folder, "profile")}`], {
        stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const gone = new Promise((resolve) => process.on("exit", resolve));
    t.after(async () => {
        process.kill();
        await gone;
    });
    const [, , , to, from] = process.stdio;
    const waiting = new Map();
    const events = [];
    let rest = "";
    from.setEncoding("utf8");
    from.on("data", (data) => {
        const messages = (rest + data).split("\0");
        rest = messages.pop();
        for (const message of messages.map((text) => JSON.parse(text))) {
            if (message.id === undefined) events.push(message);
            else if (message.error) waiting.get(message.id).reject(new Error(message.error.message));
            else waiting.get(message.id).resolve(message.result);
        }
    });
    let id = 0;
    const send = (method, params = {}, sessionId = undefined) =>
        new Promise((resolve, reject) => {
            id += 1;
            waiting.set(id, { resolve, reject });
            to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
        });
    return { send, events };
}

test("the report is a page that fits, shows what it says, and loads nothing", { skip: BROWSER ? false : "there is no Chromium", timeout: 2 * PATIENCE }, async (t) => {
    const records = new Records();
    const served = await records.http(t, "--audit", join(records.folder, "audit.jsonl"));
    const call = async (role, name, id) => {
        const response = await fetch(served.url, {
            method: "POST",
            headers: {
                authorization: `Bearer ${served.keys[role]}`,
                "content-type": "application/json",
                accept: "application/json, text/event-stream",
            },
            body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: { id: 7 } } }),
        });
        return response.status;
    };
    for (let at = 0; at < 20; at += 1) assert.equal(await call("analyst", "get_record", at), 200);
    assert.equal(await call("analyst", "delete_record", 20), 403);
    await call("analyst", "<script>document.title='broken'</script>\u202e" + "x".repeat(100), 21);
    records.audit("report", "audit.jsonl", "--html", "report.html");
    const html = readFileSync(join(records.folder, "report.html"), "utf8");
    assert.ok(!html.includes("<script"), html);

    const { send, events } = browser(t, records.folder);
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`, {}, sessionId);
    const evaluate = async (expression) => {
        const { result } = await send("Runtime.evaluate", { expression, returnByValue: true }, sessionId);
        return result.value;
    };
    for (const [width, height] of [[1280, 900], [390, 844]]) {
        const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
        await send("Emulation.setDeviceMetricsOverride", metrics, sessionId);
        await send("Page.navigate", { url: pathToFileURL(join(records.folder, "report.html")).href }, sessionId);
        for (let wait = 0; wait < 100 && (await evaluate("document.readyState")) !== "complete"; wait += 1) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        assert.match(await evaluate("document.title"), /^Audit report of /);
        const sizes = await evaluate("({ page: document.documentElement.scrollWidth, window: innerWidth })");
        assert.ok(sizes.page <= width, `it is ${sizes.page} wide in a window of ${width}`);
        const text = await evaluate("document.body.innerText");
        assert.ok(text.includes("get_record") && text.includes("delete_record") && text.includes("<script>"), text);
        const bars = await evaluate("[...document.querySelectorAll('rect.all')].filter((bar) => bar.getBoundingClientRect().width > 0).length");
        assert.ok(bars >= 4, `${bars} bars`);
        const cut = await evaluate("[...document.querySelectorAll('td')].filter((cell) => cell.getBoundingClientRect().right > innerWidth).length");
        assert.equal(cut, 0, `${cut} cells are outside of a window of ${width}`);
    }
    const requests = events.filter(({ method }) => method === "Network.requestWillBeSent").map(({ params }) => params.request.url);
    assert.deepEqual(requests.filter((url) => !url.endsWith("/report.html")), []);
    const complaints = events.filter(({ method }) => method === "Log.entryAdded" || method === "Runtime.exceptionThrown");
    assert.deepEqual(complaints, []);
});
