# The offline way of eng/streamlit, which sources this: builds an environment where Python's package index cannot be
# reached. Streamlit and its front end come from an npm package; Python and the libraries come from the packages of one
# Debian release. Those are unpacked into a folder, never installed: the host's own packages stay as they are, and the
# host may run another release.

cache=${XDG_CACHE_HOME:-${HOME:-$project/.tools}/.cache}/portal-streamlit   # a rebuild downloads nothing again

offline() {
  # shellcheck source=/dev/null
  . "$offline/$version/version.sh"
  local command apt=$cache/$suite tree=$building
  for command in apt-get dpkg-deb npm sha512sum; do
    command -v "$command" >/dev/null ||
      die "pip's index does not answer, and the offline way needs $command. Let pip reach an index, install $command" \
        "(Debian packages apt, dpkg, npm, coreutils), or set PORTAL_STREAMLIT_PYTHON to a Python that has Streamlit."
  done

  mkdir -p "$cache"
  exec 8>"$cache/lock"                               # other checkouts use the same cache
  flock -n 8 || { say "waiting for another run"; flock 8; }
  download_package
  download_debian
  say "unpacking"
  unpack_debian
  exec 8>&-
  local site=$tree/usr/lib/python3/dist-packages libraries loader
  libraries=$(echo "$tree"/usr/lib/*-linux-gnu*)
  loader=$(echo "$libraries"/ld-linux*.so.*)
  unpack_streamlit
  make_runnable
}

download_package() {
  tarball=$cache/${package//[\/@]/-}.tgz
  if ! sha512sum --check --status <<<"$sha512  $tarball" 2>/dev/null; then
    say "downloading $package with npm (about 25 MB)"
    mkdir -p "$building/npm"
    (cd "$building/npm" && quietly npm pack --loglevel error --fetch-retries 1 "$package" && mv -- *.tgz "$tarball") ||
      die "npm cannot download $package ($(last_words)). Check the network and: npm config get registry"
    sha512sum --check --status <<<"$sha512  $tarball" || { rm -f "$tarball"
      die "$package is not the one expected (its SHA-512 differs). Check the registry that npm uses, then try again."; }
  fi
}

# apt with lists, downloads and a record of installed packages (none) of its own. The host's proxy settings count.
configure_apt() {
  local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [[ -r $keyring ]] || die "$keyring is missing, by which Debian's packages are verified. Type: sudo apt-get install debian-archive-keyring"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/$') || true
  mkdir -p "$apt"/{lists,archives}/partial
  : >"$apt/status"
  cat >"$apt/debian.sources" <<SOURCES
Types: deb
URIs: ${mirror:-http://deb.debian.org/debian/}
Suites: $suite
Components: main
Architectures: $(dpkg --print-architecture)
Signed-By: $keyring
SOURCES
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt/";
Dir::State::status "$apt/status";
Dir::State::lists "$apt/lists/";
Dir::Cache "$apt/";
Dir::Cache::archives "$apt/archives/";
Dir::Etc::sourcelist "$apt/debian.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::AllowInsecureRepositories "false";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
APT::Get::AllowUnauthenticated "false";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
}

apt_get() { APT_CONFIG=$apt/apt.conf quietly apt-get -q -y 8>&- "$@"; }

download_debian() {
  configure_apt
  say "providing Python and libraries of Debian $suite (about 70 MB to download, what is cached is not)"
  # Lists that are missing, or older than what the mirror still has, are updated.
  apt_get install --download-only "${debian[@]}" ||
    { apt_get -o APT::Update::Error-Mode=any update && apt_get install --download-only "${debian[@]}"; } ||
    die "apt-get cannot download packages of Debian $suite ($(last_words)); see $log." \
      "Check the network, and that debian-archive-keyring is up to date."

  # Seen from an empty cache apt names every file; files of former versions are removed.
  mkdir -p "$building/none/partial"
  apt_get -o Dir::Cache::archives="$building/none/" install --print-uris "${debian[@]}" || die "apt-get failed; see $log"
  sed -n "s/^'[^']*' \([^ ]*\.deb\) .*/\1/p" "$log" | sort >"$apt/names"
  find "$apt/archives" -name '*.deb' -printf '%f\n' | sort | comm -23 - "$apt/names" |
    while read -r name; do rm -f "$apt/archives/$name"; done
}

unpack_debian() {
  local folder
  rm -rf "$building"
  mkdir -p "$tree"/usr/{bin,lib,lib64}
  for folder in bin lib lib64; do ln -s "usr/$folder" "$tree/$folder"; done
  local excluded=(./etc ./var ./sbin ./usr/share ./usr/include ./usr/sbin '*/tests')
  (cd "$apt/archives" && TREE=$tree quietly xargs -d '\n' -n 1 -P "$(nproc)" bash -c \
    'set -o pipefail; dpkg-deb --fsys-tarfile "${@: -1}" |
       tar -xC "$TREE" --keep-directory-symlink --no-same-owner "${@:1:$#-1}"' \
    unpack "${excluded[@]/#/--exclude=}" <"$apt/names") || die "a Debian package cannot be unpacked ($(last_words))"
}

unpack_streamlit() {
  local static=$site/streamlit/static folder=$building/npm
  mkdir -p "$folder"
  tar -xzf "$tarball" -C "$folder" --strip-components 1 --no-same-owner --exclude '*.map'
  # shellcheck disable=SC2068,SC2086  # the names hold patterns
  (cd "$folder" && for wheel in ${wheels[@]}; do unzip_wheel "$wheel"; done && mkdir -p "$static" && mv ${front_end[@]} "$static")
  cp "$offline"/front-end/* "$offline/$version/start.js" "$static"
  mkdir -p "$site/pyarrow" && cp "$offline"/pyarrow/*.py "$site/pyarrow"
  adapt "$site"
  [[ ! -d $offline/$version/python ]] || cp -r "$offline/$version/python/." "$site"
  rm -rf "$folder"
}

# The folder's own loader, as what the host has may be older.
loaded() { "$loader" --library-path "$libraries" "$tree/usr/bin/$1" "${@:2}"; }
unzip_wheel() { loaded "python$python" -m zipfile -e "$1" "$site"; }

# Python must find the folder's libraries and loader rather than the host's, whose C library may be older. Both are
# written into the program, not set by a wrapper: programs that Python starts must not use them, and Python starts itself.
make_runnable() {
  local file=$tree/usr/bin/python$python place='$ORIGIN/../lib/'${libraries##*/}
  loaded patchelf --force-rpath --set-rpath "$place:$place/blas:$place/lapack" "$file"
  loaded patchelf --set-interpreter "$loader" "$file"
  ln -s "python$python" "$tree/usr/bin/python"
  say "compiling"
  quietly "$file" -m compileall -q -j 0 -s "$tree" -p "$home" "$tree/usr/lib/python$python" "$site" ||
    say "not everything compiles ($(last_words))"
  quietly "$file" -c 'import streamlit.web.cli' || die "Streamlit does not start ($(last_words)); see $log"
  loaded patchelf --set-interpreter "$home/${loader#"$tree"/}" "$file"
  chmod -R u=rwX,go=rX "$tree"
}
