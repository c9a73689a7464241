#!/usr/bin/env bash
# Random lives of orders behind a line that fails, as many as asked for, and the proof of the books at the end.
. "$(dirname "$0")/lib.sh"
"$ROOT/scripts/setup.sh" test
use_tools
export BILTEN_CHAOS_LIVES=${BILTEN_CHAOS_LIVES:-3000}
cargo_offline_sql nextest run --workspace --profile long -E 'test(billing::chaos)'
