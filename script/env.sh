# Sourced by the other scripts: makes .venv with some Python 3.11 to 3.13 and installs a lock file into it.
# shellcheck shell=sh

say_and_leave() {
    printf '%s\n' "$1" >&2
    exit 1
}

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
}

# install LOCK: LOCK is installed when it differs from what was installed last.
install() {
    lock=$1
    stamp=.venv/$lock.installed
    if [ -x .venv/bin/python ] && cmp -s "$lock" "$stamp"; then
        return
    fi
    [ -w . ] || say_and_leave "No permission to write in $PWD: the portal needs it for .venv."
    if ! [ -x .venv/bin/python ]; then
        python=$(find_python)
        [ -n "$python" ] || say_and_leave "Python 3.11, 3.12 or 3.13 (with its venv module) is needed and was not found; set PYTHON to one."
        rm -rf .venv
        "$python" -m venv .venv || say_and_leave "$python could not make the virtual environment .venv."
    fi
    printf 'Installing the packages of %s (once)\n' "$lock"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock" \
        || say_and_leave "The packages of $lock could not be installed; the lines above say why."
    cp "$lock" "$stamp"
}
