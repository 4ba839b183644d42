#!/usr/bin/env bash
# Install one Debian package if whoever asks may do so; otherwise say how, and fail.
set -euo pipefail

package=$1

if ! command -v apt-get >/dev/null; then
    echo "\`$package\` is missing and this is no Debian; install it with your system's own tool." >&2
    exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo --non-interactive true 2>/dev/null; then
    as_root=(sudo --non-interactive)
else
    echo "\`$package\` is missing; install it with: sudo apt-get install $package" >&2
    exit 1
fi

"${as_root[@]}" apt-get update --quiet
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install --yes --quiet --no-install-recommends "$package"
