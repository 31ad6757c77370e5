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
    [ -w "$root" ] || give_up "$root belongs to somebody else, and .venv must be made in it." \
        "Clone it into a folder of your own, or install it: pipx install '$root'"
    base=$(find_python)
    echo "Setting up .venv with $("$base" --version)…"
    if ! has_venv; then
        system_install venv || true
        has_venv || give_up "Python's venv module is missing. As root (or with sudo):" \
            "$(how_to_install venv $(has libmpv || echo libmpv))" "Then run this again."
    fi
    rm -rf "$root/.venv"
    "$base" -m venv "$root/.venv" || give_up "$root/.venv could not be made (see above)."
}

has_venv() {
    "$base" -c 'import ensurepip, venv' 2>/dev/null
}

find_python() {
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    give_up "MediaVault needs Python 3.11 or newer, and here is $(python3 --version 2>/dev/null || echo none)." \
        "Debian 12, Ubuntu 24.04 and their successors have it: $(how_to_install python3 venv)" \
        "Elsewhere name one with PYTHON=/path/to/python3, or use the container: packaging/Dockerfile"
}

install() {
    echo "Installing the packages of constraints.txt (a minute or so, and about 300 MB)…"
    extras=""
    [ "$1" = dev ] && extras="[dev]"
    # The build tool from constraints.txt too, instead of whatever is newest.
    pip_install setuptools wheel
    # A plain path makes starting faster; setuptools warns that this may go some day.
    PYTHONWARNINGS=ignore pip_install --no-build-isolation --config-settings editable_mode=compat --editable "$root$extras"
    fingerprint run >"$root/.venv/set-up-run" # "dev" includes it
    fingerprint "$1" >"$root/.venv/set-up-$1"
}

pip_install() {
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore \
        --constraint "$root/constraints.txt" "$@" ||
        give_up "Installing packages failed (see above). They come from the package index pip is set to; is it reachable?" \
            "What was done is kept: run this again."
}

# libmpv plays videos in the comparison; everything else works without it.
system_packages_run() {
    has libmpv || system_install libmpv ||
        echo "Going on without libmpv: stills instead of moving pictures until it is there: $(how_to_install libmpv)"
}

# The tests also drive the program inside a terminal (tmux), check files with FFmpeg's tools, and open windows on a
# display without a screen (Xvfb).
system_packages_dev() {
    system_packages_run
    for thing in ffmpeg tmux Xvfb; do
        has $thing || system_install $thing ||
            echo "Tests that need $thing will be skipped until it is there: $(how_to_install $thing)"
    done
}

has() {
    case $1 in
    lib*) PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q "$1" ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# What a thing's package is called by this system's package manager.
package() {
    case "$manager $1" in
    "apt-get venv") "${base:-python3}" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])' 2>/dev/null ||
        echo python3-venv ;;
    "apt-get libmpv") echo libmpv2 ;;
    "dnf libmpv" | "apk libmpv") echo mpv-libs ;;
    *" libmpv") echo mpv ;;
    "pacman venv" | "pacman python3") echo python ;;
    *" venv") echo python3 ;; # everywhere else it is part of Python
    "dnf ffmpeg") echo ffmpeg-free ;;
    "apt-get Xvfb" | "apk Xvfb") echo xvfb ;;
    "dnf Xvfb") echo xorg-x11-server-Xvfb ;;
    "pacman Xvfb") echo xorg-server-xvfb ;;
    *) echo "$1" ;;
    esac
}

how_to_install() {
    names=""
    for manager in apt-get dnf pacman apk brew ""; do
        command -v "$manager" >/dev/null && break
    done
    for thing in "$@"; do names="$names $(package "$thing")"; done
    case $manager in
    "") echo "install$names" ;;
    pacman) echo "pacman -S$names" ;;
    apk) echo "apk add$names" ;;
    *) echo "$manager install$names" ;;
    esac
}

# As root on Debian and its children only. Being offline must not block: the network's part has a time limit.
system_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    manager=apt-get
    package=$(package "$1")
    echo "Installing $package…"
    export DEBIAN_FRONTEND=noninteractive
    set -- -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Dpkg::Use-Pty=0 -y --no-install-recommends install "$package"
    timeout 300 apt-get --download-only "$@" >/dev/null 2>&1 || {
        timeout 60 apt-get -qq -o Acquire::http::Timeout=15 update >/dev/null 2>&1
        timeout 300 apt-get --download-only "$@" >/dev/null 2>&1
    } && said=$(apt-get "$@" 2>&1) || { echo "${said:-The packages of this system cannot be reached.}"; return 1; }
}

# What is wrong, and under it what to do.
give_up() {
    echo "mediavault: $1" >&2
    shift
    [ $# = 0 ] || printf '  %s\n' "$@" >&2
    exit 3
}
