# shellcheck shell=sh
# Sourced by every tools/<verb>, with $self set to that file: runs the verb in the checkout's own virtual
# environment, and makes that first if it is missing or not of the present lock file.
#
# MODELYARD_PYTHON names the interpreter to make it with; else it is the first Python 3.11 or newer of
# python3, python3.14, ... on PATH. This file runs at every start of every tool: one subshell and one `cmp`
# before the interpreter is all that it may cost.
#
# Exit codes: the verb's own; 2 if the environment cannot be made.

root=$(CDPATH='' cd -P -- "${self%/*}/.." && pwd)
verb=${self##*/}
case $verb in
    test) part=test venv=$root/.venv-test main=$root/tools/bootstrap/checks.py ;;
    *) part=run venv=$root/.venv main=$root/tools/modelyard/__main__.py ;;
esac

is_python() {
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null >/dev/null 2>&1
}

find_python() {
    if [ -n "${MODELYARD_PYTHON-}" ]; then
        is_python "$MODELYARD_PYTHON" && python=$MODELYARD_PYTHON && return
        echo "modelyard: MODELYARD_PYTHON=$MODELYARD_PYTHON is not a Python 3.11 or newer" >&2
        exit 2
    fi
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        ! is_python "$python" || return 0
    done
    echo "modelyard: needs Python 3.11 or newer on PATH; MODELYARD_PYTHON=/path/to/python3 names another" >&2
    exit 2
}

# A missing or failing cmp leads to tools/bootstrap, which compares for itself.
if [ -n "${MODELYARD_PYTHON-}" ] || ! [ -x "$venv/bin/python" ] ||
    ! cmp -s "$root/tools/requirements/$part.lock" "$venv/installed.lock" 2>/dev/null; then
    find_python
    "$python" -I -X utf8 "$root/tools/bootstrap" "$root" "$part" || exit
fi

# -I: PYTHONPATH, the user's site-packages and the working folder have no say. -X utf8: nor has the locale.
if [ "$part" = run ]; then
    set -- "$verb" "$@"
    # The checkout that this tool belongs to is what it works on, from whatever folder it is called.
    export MODELYARD_CHECKOUT="$root"
fi
exec "$venv/bin/python" -I -X utf8 "$main" "$@"
