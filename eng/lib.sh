# What eng/run and eng/test share; meant to be sourced from the repository's root.

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# require_dotnet: the SDK that global.json asks for.
require_dotnet() {
    command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing. Install it: https://learn.microsoft.com/dotnet/core/install/linux"
    dotnet --version >/dev/null 2>&1 || fail "No .NET SDK here fits global.json (10.0); 'dotnet --list-sdks' shows: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)"
}

# sources: every file that a build reads, a line each.
sources() {
    find Portal.* migrations Directory.* global.json .editorconfig BannedSymbols.txt \( -name bin -o -name obj \) -prune -o -type f -print | sort
}

# changed_since STAMP: those of the files listed in it that are newer than it.
changed_since() {
    xargs -d '\n' sh -c 'stamp=$0; find "$@" -newer "$stamp"' "$1" <"$1"
}

# build TARGET: the solution or a project, in Release; nothing is done when no source was added, removed or changed since.
build() {
    local target=$1 stamp log
    stamp=.tools/built-$(basename "$target")
    log=.tools/build.log
    mkdir -p .tools
    sources >"$stamp.new"
    if cmp -s "$stamp" "$stamp.new" && [ -z "$(changed_since "$stamp")" ]; then
        rm "$stamp.new"
        return
    fi
    require_dotnet
    say "Building $target …"
    if ! { dotnet restore "$target" && dotnet build "$target" --configuration Release --no-restore; } >"$log" 2>&1; then
        grep -E '(error|warning) [A-Z]+[0-9]+' "$log" | sort -u | head -20 >&2 || tail -20 "$log" >&2
        fail "$target does not build; all of it is in $log"
    fi
    mv "$stamp.new" "$stamp"
}

# install_debian COMMAND PACKAGE…: by apt where that is possible, else says what to type.
install_debian() {
    local command=$1
    shift
    if command -v "$command" >/dev/null; then return; fi
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || fail "$command is missing. Install it: sudo apt-get install $*"
        as_root=(sudo -n)
    fi
    say "Installing $* …"
    {
        "${as_root[@]}" apt-get update -qq &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"
    } >.tools/apt.log 2>&1 </dev/null || fail "apt-get could not install $*: $(tail -1 .tools/apt.log)"
}
