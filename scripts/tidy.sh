#!/usr/bin/env bash
# Small habits that no compiler checks: file ends, white space, line ends, conflict marks, shell syntax, image sizes.
# The rules about our own code (dependency edges, file length, tables, SQL) are tests: tests/it/guard/house/.
. "$(dirname "$0")/lib.sh"
complaints=0
MAX_FILE_KB=1500

complain() {
  complaints=$((complaints + 1))
  printf '    %s\n' "$1"
}

# Text we wrote: tracked or about to be, without what programs wrote for us.
ours() {
  git ls-files --cached --others --exclude-standard -- "$@" ':!:*.snap' ':!:.sqlx' ':!:*.lock' ':!:*package-lock.json' ':!:LICENSE' |
    while IFS= read -r file; do [ -f "$file" ] && printf '%s\n' "$file"; done
}
TEXT=('*.rs' '*.toml' '*.md' '*.sh' '*.sql' '*.ts' '*.mjs' '*.css' '*.html' '*.ftl' '*.json' '*.yml' '*.yaml' 'Makefile' '.ci/*')

each_text=$(ours "${TEXT[@]}")

while IFS= read -r hit; do complain "trailing white space: $hit"; done \
  < <(printf '%s\n' "$each_text" | grep -vE '\.md$' | xargs -r -d '\n' grep -nE '[[:blank:]]+$' -- | cut -d: -f1,2)
while IFS= read -r hit; do complain "carriage return: $hit"; done \
  < <(printf '%s\n' "$each_text" | xargs -r -d '\n' grep -lF $'\r' --)
while IFS= read -r hit; do complain "conflict mark: $hit"; done \
  < <(printf '%s\n' "$each_text" | xargs -r -d '\n' grep -nE '^(<{7}|>{7})( |$)' -- | cut -d: -f1,2)
while IFS= read -r file; do
  [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ] && complain "no new line at the end: $file"
done <<<"$each_text"
while IFS= read -r file; do
  bash -n "$file" || complain "shell syntax: $file"
  [ -x "$file" ] || [ "$file" = scripts/lib.sh ] || complain "not executable: $file"
done < <(ours 'scripts/*.sh' '.ci/run')
while IFS= read -r file; do
  [ "$(($(stat -c %s "$file") / 1024))" -le "$MAX_FILE_KB" ] || complain "larger than $MAX_FILE_KB kB: $file"
done < <(ours)
if has shellcheck; then
  ours 'scripts/*.sh' '.ci/run' | xargs -r -d '\n' shellcheck -x -e SC1091,SC2015,SC2034,SC2164 || complain "shellcheck"
fi

[ "$complaints" = 0 ] || fail "tidy: $complaints complaints"
