#!/bin/sh
# Installs Oriole for the person who calls this, into ~/.local, and removes it again. Needs no rights and nothing but a shell.
#
#     ./install.sh                installs, or replaces an older one
#     ~/.local/share/oriole-program/uninstall      removes; accounts and messages in ~/.local/share/oriole stay
#
# PREFIX in the environment is used in place of ~/.local.
set -eu

prefix=${PREFIX:-$HOME/.local}
own=$prefix/share/oriole-program
list=$own/files

refresh() {
    # Desktops notice by themselves sooner or later; these make it sooner.
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$prefix/share/applications" || true; fi
    if command -v gtk-update-icon-cache >/dev/null && [ -f "$prefix/share/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -qtf "$prefix/share/icons/hicolor" || true
    fi
}

remove_files() {
    [ -f "$list" ] || return 0
    while IFS= read -r file; do rm -f "$prefix/$file"; done <"$list"
    # Folders that are ours alone; others go only if they are empty now.
    while IFS= read -r file; do
        folder=$(dirname "$file")
        while [ "$folder" != . ] && rmdir "$prefix/$folder" 2>/dev/null; do folder=$(dirname "$folder"); done
    done <"$list"
    rm -f "$list"
}

case ${1:-} in
    --uninstall)
        remove_files
        rm -f "$own/uninstall"
        rmdir "$own" 2>/dev/null || true
        refresh
        echo "Oriole was removed. Accounts and messages, if there are any, are still in ${XDG_DATA_HOME:-$HOME/.local/share}/oriole."
        exit 0
        ;;
    '') ;;
    *)
        echo "Usage: $0 [--uninstall]" >&2
        exit 2
        ;;
esac

case $prefix in
    /*) ;;
    *)
        echo "PREFIX has to be a whole path, from / on: $prefix" >&2
        exit 2
        ;;
esac
# The desktop entry could not name it.
case $prefix in
    *[\"\`\$\\%]*)
        echo "A folder with one of \" \` \$ \\ % in its name cannot be used: $prefix" >&2
        exit 2
        ;;
esac
cd "$(dirname "$0")"
[ -x bin/oriole ] || {
    echo "This has to be called from the unpacked archive: bin/oriole is not beside it." >&2
    exit 1
}
remove_files
mkdir -p "$own"
find bin share -type f >"$list"
while IFS= read -r file; do
    mkdir -p "$prefix/$(dirname "$file")"
    # Beside it first: a program that runs cannot be written over.
    cp -p "$file" "$prefix/$file.new"
    mv -f "$prefix/$file.new" "$prefix/$file"
done <"$list"

# The session may not have ~/.local/bin on its path, so the entry names the program in full.
entry=share/applications/im.oriole.Oriole.desktop
escaped=$(printf '%s' "$prefix/bin/oriole" | sed 's/[\\&|]/\\&/g')
sed "s|^Exec=oriole|Exec=\"$escaped\"|" "$entry" >"$prefix/$entry"

{
    echo '#!/bin/sh'
    printf "PREFIX='%s' exec sh '%s' --uninstall\n" "$(printf '%s' "$prefix" | sed "s/'/'\\\\''/g")" \
        "$(printf '%s' "$own/install.sh" | sed "s/'/'\\\\''/g")"
} >"$own/uninstall"
chmod 755 "$own/uninstall"
cp install.sh "$own/install.sh"
echo share/oriole-program/install.sh >>"$list"
refresh
echo "Oriole is installed: $prefix/bin/oriole, and in the menu of the desktop. To remove it: $own/uninstall"
