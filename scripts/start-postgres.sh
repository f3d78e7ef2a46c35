#!/usr/bin/env bash
# A throw-away PostgreSQL on loopback for the tests of src/postgres. Needs Debian's postgresql (any version).
# Usage: start-postgres.sh DIR [PORT] ; empties DIR, prints READY, runs until killed.
# Then: HANTOO_POSTGRES=postgres://test@127.0.0.1:PORT/postgres npx vitest run test/postgres
set -euo pipefail
dir=${1:?folder}
port=${2:-54329}
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
rm -rf "$dir"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
as=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
  chown postgres: "$dir"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/data" -U test --auth=trust --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.log"
"${as[@]}" "$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" \
  -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off >"$dir/postgres.log" 2>&1 &
server=$!
trap 'kill -INT "$server" 2>/dev/null || true; wait "$server" || true' EXIT
trap 'exit 0' INT TERM
for _ in $(seq 100); do
  "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && break
  kill -0 "$server" || { cat "$dir/postgres.log" >&2; exit 1; }
  sleep 0.1
done
echo READY
wait "$server"
