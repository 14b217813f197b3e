#!/usr/bin/env bash
# The run that docs/ci.md shows: a branch adds three articles, and they are checked against the sample corpus.
#   docs/ci-example.sh BIN          prints commands and output
#   docs/ci-example.sh BIN --write  puts them into docs/ci.md, between its marks
# Everything happens in a temporary repository; no path of the machine is printed.
set -euo pipefail

[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: docs/ci-example.sh BIN [--write]" >&2; exit 2; }
docs=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same answer whoever runs this, and from wherever: a hook of git leads its commands to another repository.
unset "${!GIT_@}"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C COLUMNS=100 NO_COLOR=1
export GIT_AUTHOR_NAME="Maud Trevane" GIT_AUTHOR_EMAIL=maud@sorrelpost.example
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
unset GITHUB_ACTIONS GITLAB_CI CI
mkdir "$work/bin" "$work/news"
ln -s "$bin" "$work/bin/wirecopy"
PATH=$work/bin:$PATH

set_up() {
  git init -q
  git symbolic-ref HEAD refs/heads/main
  mkdir archive desk
  cp -R "$docs"/../corpus/[!.]* archive/
  git add -A
  git commit -q -m "The archive"
  git checkout -q -b friday

  cat > desk/slipway.md <<'ARTICLE'
---
title: A slipway for Sorrel after all
date: 2031-11-14
source: Sorrel Post
---

Boats will be hauled out at Sorrel again from April. The parish voted nine to two on Thursday for a slipway of larch and
granite below the old ropewalk, and against the concrete one that the county had drawn.

Treasurer Ottilie Penhale counted the money twice before she read the sum aloud. With the bell fund, the raffle and a
bequest of a widow in Dunmarrow it comes to 61,400 crowns, enough for the stone if not for the railings.

Work begins when the herons have left.
ARTICLE

  cat > desk/market-voices.md <<'ARTICLE'
---
title: What Haddenby says of its market
date: 2031-11-14
source: Sorrel Post
---

Six weeks have become nine, and Haddenby still buys its fish from a tailgate. We asked along the square how people get by,
and heard patience from most and arithmetic from a few.

“My grandmother had that pitch, and she kept it open through two floods and a plague of rats,” Abel Crowther told the
Northgate Courier when the doors were chained. To us he said only that he had bought a second van.

Others have found that they like the daylight. The baker wants to stay outside until the frosts, under an awning that her
sons sewed from a mainsail.
ARTICLE

  cat > desk/harbour-bills.md <<'ARTICLE'
---
title: Insurers look to the Sound
date: 2031-11-14
source: Sorrel Post
---

Pilots on this coast have paid for storms since their grandfathers sailed. From the new year they may pay for quarrels as
well, if the co-operative takes the advice of its broker.

Underwriters in Aldermere have since drawn up a clause for such a case. It runs to nine pages, covers detention by a
friendly power for up to thirty days and costs about as much as a new propeller.

Members will vote in the net loft on the second Sunday of Advent, and there will be soup.
ARTICLE

  git add -A
  git commit -q -m "Three articles for Friday"
}

# Prints a command as it is typed, and what it says; its exit code where it is not 0.
run() {
  local code=0
  printf '$ %s\n' "$*"
  "$@" 2>&1 || code=$?
  if [ "$code" -ne 0 ]; then printf '$ echo $?\n%s\n' "$code"; fi
}

cd "$work/news"
set_up
{
  run git diff --name-only main
  run wirecopy check --against-ref main --corpus archive
} > "$work/out"
if grep -qF -e "$work" -e "$docs" "$work/out"; then
  echo "the output names a path of this machine:" >&2
  cat "$work/out" >&2
  exit 1
fi

if [ "${2:-}" != --write ]; then
  cat "$work/out"
  exit 0
fi
page=$docs/ci.md
grep -q '^<!-- run: begin -->$' "$page" && grep -q '^<!-- run: end -->$' "$page" \
  || { echo "docs/ci.md has no marks to write between" >&2; exit 1; }
awk -v out="$work/out" '
  /^<!-- run: end -->$/ { inside = 0 }
  !inside { print }
  /^<!-- run: begin -->$/ {
    inside = 1
    print "\n```text"
    while ((getline line < out) > 0) print line
    print "```\n"
  }
' "$page" > "$work/page"
cat "$work/page" > "$page"
