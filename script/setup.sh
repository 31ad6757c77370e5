# Sourced by script/run and script/test: makes .venv in the checkout what pyproject.toml and
# constraints.txt say, once. Everything it has to say goes to stderr.
#
#   set_up run     what the program needs
#   set_up dev     and what the checks need
#
# Done again only when pyproject.toml, constraints.txt, the interpreter or the checkout's place changes.
# Two first runs at the same time wait for each other. PYTHON=/path/to/python3 picks another interpreter.

set_up() {
    python="$root/.venv/bin/python"
    is_set_up "$1" && return
    {
        lock
        if ! is_set_up "$1"; then # unless the one we waited for has just done it
            make_environment
            "system_packages_$1"
            install "$1"
        fi
        unlock
    } >&2
}

# One process (and a few milliseconds) decides that nothing is to be done.
is_set_up() {
    [ -x "$python" ] && [ -f "$root/.venv/set-up-$1" ] && [ "$(fingerprint "$1")" = "$(cat "$root/.venv/set-up-$1")" ]
}

fingerprint() {
    { echo "$1 $root"; readlink -f "$python"; cat "$root/pyproject.toml" "$root/constraints.txt"; } | cksum
}

# The kernel's lock on the checkout's folder ends with this process, however that ends.
lock() {
    command -v flock >/dev/null || return 0
    exec 9<"$root"
    flock -n 9 || { echo "Another set-up is under way; waiting for it…"; flock 9; }
}

unlock() {
    exec 9<&-
}

make_environment() {
    # A system upgrade leaves an environment behind whose packages its new interpreter does not see.
    "$python" -m pip --version >/dev/null 2>&1 && return
    rm -rf "$root/.venv"
    base=$(find_python)
    echo "Setting up .venv with $("$base" --version)…"
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install python3-venv || true
        "$base" -c 'import ensurepip, venv' 2>/dev/null ||
            give_up "Python's venv module is missing. Install it, on Debian and Ubuntu: apt-get install python3-venv"
    fi
    "$base" -m venv "$root/.venv"
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    give_up "MediaVault needs Python 3.11 or newer. Install it, on Debian and Ubuntu: apt-get install python3 python3-venv"
}

install() {
    echo "Installing the packages of constraints.txt…"
    extras=""
    [ "$1" = dev ] && extras="[dev]"
    # The build tool from constraints.txt too, instead of whatever is newest; a plain path makes starting faster.
    pip_install setuptools wheel
    pip_install --no-build-isolation --config-settings editable_mode=compat --editable "$root$extras"
    fingerprint run >"$root/.venv/set-up-run" # "dev" includes it
    fingerprint "$1" >"$root/.venv/set-up-$1"
}

pip_install() {
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore \
        --constraint "$root/constraints.txt" "$@" ||
        give_up "Installing packages failed (see above). They come from the package index pip is set to; is it reachable?"
}

# libmpv plays videos in the comparison; everything else works without it.
system_packages_run() {
    has_library libmpv || apt_install libmpv2 || echo "Going on without libmpv: no playing videos until it is installed."
}

# The tests also drive the program inside a terminal (tmux) and check files with FFmpeg's tools.
system_packages_dev() {
    system_packages_run
    for tool in ffmpeg tmux; do
        command -v "$tool" >/dev/null || apt_install "$tool" || echo "Tests that need $tool will be skipped."
    done
}

has_library() {
    case "$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null)" in *"$1"*) return 0 ;; esac
    return 1
}

# As root on Debian and its children only. Being offline must not block: the network's part has a time limit.
apt_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing $1…"
    export DEBIAN_FRONTEND=noninteractive
    set -- -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Dpkg::Use-Pty=0 -y --no-install-recommends install "$1"
    timeout 300 apt-get --download-only "$@" >/dev/null 2>&1 || {
        timeout 60 apt-get -qq -o Acquire::http::Timeout=15 update >/dev/null 2>&1
        timeout 300 apt-get --download-only "$@" >/dev/null 2>&1
    } && apt-get "$@" >/dev/null
}

give_up() {
    echo "mediavault: $1" >&2
    exit 3
}
