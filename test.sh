#!/usr/bin/env bash
# The test command: every check of this repository. `bash test.sh --help` says more.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

readonly ALL_STEPS="format clippy features test doctest docs goldens peers conformance oauth msrv deny"

usage() {
    cat <<'END'
Runs every check of this repository, or only the steps that are named.

    bash test.sh                  everything, in this order
    bash test.sh clippy peers     these two

Steps:
    format     rustfmt would change nothing
    clippy     no warning anywhere, with all features
    features   no warning in mcp-rbac without features, and with each alone
    test       unit and integration tests, the messages of the compiler included
    doctest    the examples in the documentation
    docs       the documentation builds without a warning
    goldens    every expected compiler message belongs to a test
    peers      the records server under the official MCP clients: SDKs for Python and TypeScript, the inspector
    conformance  servers of tests/conformance under the official MCP conformance suite
    oauth      the walk through OAuth with a real authorization server: login, denial, step-up
    msrv       the crates build on the oldest Rust they promise     (skipped where that is not installed)
    deny       licences and sources of the dependencies             (skipped where cargo-deny is not installed)

Needed: rustup with cargo, a C compiler, Python 3.10 or newer with its `venv` module, and Node.js 20 or newer with npm.
The rest is set up from crates.io, PyPI and npm: the crates in Cargo.lock, the packages in
tests/peers/python/requirements.txt in a virtual environment below the target directory, and those in the
package-lock.json of tests/peers/typescript, tests/conformance and examples/oauth/authorization-server in `node_modules`
beside it, without running their scripts. The output of every step is kept in test-logs, below the target directory too.

Without Node.js the step `peers` leaves the TypeScript clients and the inspector out and says `partly`, and the steps
`conformance` and `oauth` are skipped, the former also where there is none of version 22 or newer and npm has none; where
CI=true they fail.

    PYTHON            the Python to use (default: python3)
    CARGO_TARGET_DIR  where cargo builds, as always (default: target)
    CI                `true`: nothing of the steps `peers`, `conformance` and `oauth` may be left out

The exit code is 0 when every step that ran went well.
END
}

# --- the steps ------------------------------------------------------------------------------------------------------

step_format() {
    run cargo fmt --all --check
}

step_clippy() {
    run cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
}

step_features() {
    run cargo clippy --locked -p mcp-rbac --no-default-features -- -D warnings || return
    local feature features
    features=$(sed -n '/^\[features\]/,/^\[[^f]/s/^\([a-z][a-z0-9_-]*\) = .*/\1/p' mcp-rbac/Cargo.toml | grep -v '^default$')
    if [ -z "$features" ]; then
        echo "mcp-rbac/Cargo.toml has no [features] that this script can read"
        return 1
    fi
    for feature in $features; do
        run cargo clippy --locked -p mcp-rbac --no-default-features --features "$feature" -- -D warnings || return
    done
}

step_test() {
    # a test run compares with the expected messages and never rewrites them
    run env -u TRYBUILD cargo test --locked --workspace --all-features --lib --bins --tests --no-fail-fast
}

step_doctest() {
    run cargo test --locked --workspace --all-features --doc --no-fail-fast
}

step_docs() {
    run env RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --all-features --no-deps
}

step_goldens() {
    local golden stale=0
    while IFS= read -r golden; do
        if [ ! -e "${golden%.stderr}.rs" ]; then
            echo "$golden belongs to no test: delete it, or name its test ${golden%.stderr}.rs"
            stale=1
        fi
    done < <(find tests examples mcp-rbac mcp-rbac-macros -name '*.stderr' -not -path '*/wip/*')
    return "$stale"
}

step_peers() {
    local broken=0 left_out=0
    python_peers || broken=1
    if node_missing; then
        if [ "${CI-}" = true ]; then
            broken=1
        else
            skip "the TypeScript SDKs and the inspector" || left_out=1
        fi
    else
        node_peers || broken=1
    fi
    [ "$broken" -eq 0 ] || return 1
    [ "$left_out" -eq 0 ] || return "$PARTLY"
}

python_peers() {
    python_environment || return
    run env PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" -m pytest tests/peers/python
}

node_peers() {
    node_packages tests/peers/typescript || return
    # Node has no SQLite before version 22: Python looks into the database for it
    run env PYTHON="$python" node --test --test-reporter spec tests/peers/typescript/*.test.js
}

step_conformance() {
    if node_missing; then
        skip "the conformance suite"
    else
        # the suite asks for a newer Node.js than the clients above; the packages bring one where they can
        node_packages tests/conformance && run node tests/conformance/run.js
    fi
    local code=$?
    [ "$code" -eq "$SKIPPED" ] && [ "${CI-}" = true ] && return 1
    return "$code"
}

step_oauth() {
    if node_missing; then
        [ "${CI-}" = true ] && return 1
        skip "the walk through OAuth"
        return
    fi
    run cargo run --locked -p oauth-walkthrough
}

step_msrv() {
    local version
    version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    local toolchain
    toolchain=$(rustup toolchain list 2>/dev/null | sed -n "s/^\($version\(\.[0-9]*\)\{0,1\}\)-.*/\1/p" | head -n 1)
    if [ -z "$toolchain" ]; then
        skip "Rust $version is not installed; \`rustup toolchain install $version\` brings it"
        return
    fi
    # a directory of its own, or the two compilers would undo each other's work
    run env CARGO_TARGET_DIR="$target/msrv" cargo "+$toolchain" check --locked --workspace --all-features
}

step_deny() {
    if ! cargo deny --version >/dev/null 2>&1; then
        skip "cargo-deny is not installed; \`cargo install --locked cargo-deny\` brings it"
        return
    fi
    # `advisories` needs a database from the network: run `cargo deny check` for it
    run cargo deny --locked --all-features check bans licenses sources
}

# --- how they run ---------------------------------------------------------------------------------------------------

# Shows the command that runs.
run() {
    echo "+ $*"
    "$@"
}

readonly SKIPPED=77 PARTLY=78

skip() {
    echo "skipped: $1"
    return "$SKIPPED"
}

# Whether /dev/null is the device still. A compiler that root tells to write there puts a file in its place; Cargo then
# keeps a failed probe of the compiler, and every later build is silently nothing.
null_device() {
    [ -c /dev/null ] && return
    echo "/dev/null is not a device any more; as root: rm -f /dev/null && mknod -m 666 /dev/null c 1 3" >&2
    return 1
}

# What a build needs and can run out of.
room() {
    echo "$(df -Ph "$target" | awk 'NR == 2 { print $4 }') free on disk;" \
        "$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo 2>&1) GiB of memory available"
}

# The packages that requirements.txt locks, in a virtual environment that is made anew when the file changes.
python_environment() {
    local requirements=tests/peers/python/requirements.txt
    if [ -x "$venv/bin/python" ] && cmp -s "$requirements" "$venv/installed.txt"; then
        echo "using the Python packages in $venv"
        return
    fi
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
        echo "\`$python\` is missing or older than Python 3.10; PYTHON=… names another one"
        return 1
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "\`$python\` lacks its \`venv\` module; on Debian and Ubuntu: apt-get install python3-venv"
        return 1
    fi
    rm -rf "$venv"
    run "$python" -m venv "$venv" || return
    run "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --only-binary :all: -r "$requirements" || return
    cp "$requirements" "$venv/installed.txt"
}

# Says what is missing of Node.js, when something is.
node_missing() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        echo "\`node\` or \`npm\` is missing: https://nodejs.org installs both"
    elif ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
        echo "\`node\` is $(node --version), older than Node.js 20"
    else
        return 1
    fi
}

# The packages that a folder's package-lock.json locks, by hash; they are installed anew when the file changes.
node_packages() {
    local folder=$1
    if cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed.json"; then
        echo "using the Node packages in $folder/node_modules"
        return
    fi
    # some packages ask for a newer Node.js than is needed to run what is run here; npm would warn about it
    run npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel error || return
    cp "$folder/package-lock.json" "$folder/node_modules/.installed.json"
}

# `passed failed ignored`, added up over what cargo's, Python's and Node's test runners and the suite said in the logs.
count_tests() {
    cat "$@" 2>/dev/null | awk '
        /^test result:/ { passed += $4; failed += $6; ignored += $8 }
        /^=+ .* in [0-9.]+s.* =+$/ {
            for (i = 2; i < NF; i++) {
                if ($(i + 1) ~ /^passed/) passed += $i
                if ($(i + 1) ~ /^(failed|error)/) failed += $i
                if ($(i + 1) ~ /^skipped/) ignored += $i
            }
        }
        /^ℹ pass [0-9]+$/ { passed += $3 }
        /^ℹ (fail|cancelled) [0-9]+$/ { failed += $3 }
        /^ℹ (skipped|todo) [0-9]+$/ { ignored += $3 }
        /^conformance: [0-9]+ passed, [0-9]+ failed$/ { passed += $2; failed += $4 }
        END { print passed + 0, failed + 0, ignored + 0 }'
}

main() {
    local steps step
    steps="${*:-$ALL_STEPS}"
    for step in $steps; do
        case " $ALL_STEPS " in
            *" $step "*) ;;
            *)
                echo "there is no step \`$step\`; steps: $ALL_STEPS" >&2
                exit 2
                ;;
        esac
    done
    if ! command -v cargo >/dev/null; then
        echo "cargo is missing: https://rustup.rs installs it" >&2
        exit 1
    fi
    if ! command -v "${CC:-cc}" >/dev/null; then
        echo "a C compiler is missing, which builds SQLite for the example; on Debian and Ubuntu: apt-get install gcc" >&2
        exit 1
    fi
    null_device || exit 1
    # the output goes through a pipe, and into log files
    export NO_COLOR=1
    # nothing is built twice here: half the size of the target folder
    export CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}"

    python="${PYTHON:-python3}"
    target="${CARGO_TARGET_DIR:-$PWD/target}"
    venv="$target/venv"
    local logs="$target/test-logs"
    mkdir -p "$logs" && rm -f "$logs"/*.log || exit 1

    echo "$(rustc --version), $("$python" --version 2>&1); building in $target"
    room

    local began=$SECONDS summary="" broken="" code start word tests=""
    for step in $steps; do
        echo
        echo "=== $step: $(usage | sed -n "s/^    $step  *//p" | sed 's/  *(skipped.*//')"
        start=$SECONDS
        "step_$step" 2>&1 | tee "$logs/$step.log"
        code=${PIPESTATUS[0]}
        null_device || code=1
        [ "$code" -eq 0 ] || room
        case "$step" in test | doctest | peers | conformance) tests="$tests $logs/$step.log" ;; esac
        case "$code" in
            0) word=ok ;;
            "$SKIPPED") word=skipped ;;
            "$PARTLY") word=partly ;;
            *)
                word=FAILED
                broken="$broken $step"
                ;;
        esac
        summary="$summary$(printf '    %-11s %-8s %5d s' "$step" "$word" $((SECONDS - start)))"$'\n'
    done

    echo
    echo "=== summary ($((SECONDS - began)) s)"
    printf '%s' "$summary"
    if [ -n "$tests" ]; then
        local passed failed ignored
        # shellcheck disable=SC2086 # a list of files
        read -r passed failed ignored < <(count_tests $tests)
        if [ $((passed + failed)) -eq 0 ]; then
            broken="$broken (no test ran)"
        fi
        echo "tests: $passed passed, $failed failed, $ignored skipped"
    fi
    if [ -n "$broken" ]; then
        echo "failed:$broken"
        exit 1
    fi
}

case "${1-}" in
    -h | --help | help) usage ;;
    *) main "$@" ;;
esac
