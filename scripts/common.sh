# Sourced by the other scripts: strict mode, the repository's root as current folder, messages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
script_name=$(basename "$0")

note() { echo "$script_name: $*"; }

# fail MESSAGE [EXIT-CODE]
fail() {
  echo "$script_name: $1" >&2
  exit "${2:-1}"
}
