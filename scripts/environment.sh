# Sourced by run and test: makes .venv and installs what is missing. Nothing here ever asks a question.
#   prepare EXTRAS      EXTRAS: "" for running, "ray" for running on a cluster, "dev" for testing, which has that too

say() { printf '%s\n' "$*" >&2; }
is_root() { ((EUID == 0)); }

# Debian packages that are missing, for what EXTRAS ($1) needs. Libraries are looked for by their own names, which
# outlive those of packages (libglib2.0-0 became libglib2.0-0t64), so this works on other distributions too.
missing_packages() {
    local known library package
    known=$(/sbin/ldconfig -p 2>/dev/null || true)
    while read -r library package; do
        [[ -z $known || $library == "#" || $known == *"$library "* ]] || echo "$package"
    done <studio/cli/libraries.txt
    chinese_font || echo fonts-noto-cjk
    [[ $1 != dev ]] || command -v Xvfb >/dev/null || echo xvfb
}

chinese_font() {
    if command -v fc-list >/dev/null; then
        [[ -n $(fc-list :lang=zh file) ]]
    else
        compgen -G '/usr/share/fonts/*/*/*CJK*' >/dev/null
    fi
}

# install_packages PACKAGE…: true when they are there afterwards.
install_packages() {
    if ! command -v apt-get >/dev/null; then
        say "These libraries are missing, and this system has no apt-get. Debian's names for them: $*"
        return 1
    elif ! is_root; then
        say "Some system packages are missing. Please run:"
        say "    sudo apt-get install -y --no-install-recommends $*"
        return 1
    fi
    say "Installing system packages: $*"
    local log
    log=$(mktemp)
    if ! { DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o DPkg::Lock::Timeout=120 \
            --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
        tail -n 5 "$log" >&2
        say "apt-get could not install them (all it said is in $log)."
        return 1
    fi
    rm -f "$log"
}

# A Python that is new enough and can make virtual environments; prints its path.
find_python() {
    local name
    for name in "${STUDIO_PYTHON:-python3.11}" python3 python3.12 python3.13 python3.14; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Removes a .venv that cannot be trusted: half made, moved from elsewhere, or with a Python that is gone.
drop_broken_venv() {
    [[ -e .venv || -L .venv ]] || return 0
    if [[ -e .venv/.making ]]; then
        say "An earlier installation was interrupted: starting it anew."
    elif [[ -e .venv/.installed && $(head -n 1 .venv/.installed) != "$PWD" ]]; then
        say "This folder was moved: making .venv anew."
    elif ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        say "The Python of .venv does not work any more: making it anew."
    else
        return 0
    fi
    rm -rf .venv
}

make_venv() {
    local python
    [[ ! -e .venv ]] || return 0
    if ! python=$(find_python); then
        if ! install_packages python3 python3-venv || ! python=$(find_python); then
            say "Python 3.11 or newer with its venv module is needed, and was not found."
            exit 2
        fi
    fi
    # The mark is there before the folder is whole, so that a kill at any moment is noticed next time.
    mkdir -p .venv && : >.venv/.making
    "$python" -m venv .venv
}

install_studio() {
    local target="." log=.venv/install.log
    [[ -z $1 ]] || target=".[$1]"
    say "Installing Open Image Studio and what it needs into .venv (about 7 GB; minutes, once) …"
    : >.venv/.making
    # The recipe of the starter model is a distribution of its own, which only a checkout has. It comes second: asked for
    # both at once, the pip that Python 3.11 brings may look for open-image-studio, which it needs, in the index.
    local pip=(.venv/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off)
    if ! { "${pip[@]}" -c constraints.txt -e "$target" && "${pip[@]}" --no-deps -e plugins/studio_starter; } \
        >"$log" 2>&1 </dev/null; then
        { grep -E 'ERROR: |error: ' "$log" || tail -n 5 "$log"; } | tail -n 5 >&2
        ! grep -q 'No space left on device' "$log" ||
            say "Besides the 7 GB here, pip keeps what it downloads in ${TMPDIR:-/tmp} and in its cache (not with PIP_NO_CACHE_DIR=1)."
        say "The installation failed. All that it said is in $PWD/$log; run this again to repeat it."
        rm -f .venv/.making
        exit 2
    fi
    printf '%s\n' "$PWD" "$2" "$1" >.venv/.installed
    rm -f .venv/.making
}

prepare() {
    local hash state=() packages=()
    hash=$(cat pyproject.toml plugins/*/pyproject.toml constraints.txt | sha256sum)
    [[ ! -e .venv/.installed || -e .venv/.making ]] || mapfile -t state <.venv/.installed
    # state: folder, hash, extras, and "system EXTRAS" once the system packages were seen to
    if [[ ${state[0]-} == "$PWD" && ${state[1]-} == "$hash" && (-z $1 || ${state[2]-} == "$1" || ${state[2]-} == dev) ]]; then
        [[ ${state[3]-} != "system $1" && ${state[3]-} != "system dev" ]] || return 0
    else
        exec 9>.venv.lock  # of two first calls at once, one waits for the other
        ! command -v flock >/dev/null || flock 9
        drop_broken_venv
        make_venv
        # Whoever ran the tests once keeps what they need.
        local extras=$1
        [[ -n $extras ]] || extras=${state[2]-}
        install_studio "$extras" "$hash"
        exec 9>&-
    fi
    mapfile -t packages < <(missing_packages "$1")
    # Said and tried once only, so that the next call starts at once even where it cannot be done; the pictures need
    # none of these, the window does, and `studio doctor` still names them.
    ((${#packages[@]} == 0)) || install_packages "${packages[@]}" || true
    mapfile -t state <.venv/.installed
    printf '%s\n' "${state[@]:0:3}" "system $1" >.venv/.installed
}
