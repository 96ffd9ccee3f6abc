"""How weights get to where the model finds them: one script for every target's init container.

The script is a constant. What a manifest says reaches it as arguments only, and no shell ever reads
one as code. The image is the AWS CLI's, which has sh, chmod, mkdir, mv and sha256sum, and no tar.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelyard.resolve.delivery import Delivery
from modelyard.resolve.workload import Workload

NO_VERSION = "-"
# `s3 cp` fetches in parallel parts but knows no versions. The AWS CLI reads the value of an option that
# begins with file:// or fileb:// from a file of that name. A file gets its name only once it is verified.
SCRIPT = """umask 022
while [ "$#" -gt 0 ]; do
  case "$1" in
  open)
    chmod 1777 "$2"
    shift 2
    ;;
  fetch)
    bucket=$2 key=$3 version=$4 sha256=$5 path=$6
    shift 6
    case "$key" in file://* | fileb://*) echo "refused: $key" >&2; exit 64 ;; esac
    mkdir -p "${path%/*}"
    if [ "$version" = - ]; then
      aws s3 cp --only-show-errors "s3://$bucket/$key" "$path.part"
    else
      aws s3api get-object "--bucket=$bucket" "--key=$key" "--version-id=$version" "$path.part" >/dev/null
    fi
    printf '%s  %s\\n' "$sha256" "$path.part" | sha256sum -c -
    mv "$path.part" "$path"
    ;;
  *)
    echo "unknown instruction: $1" >&2
    exit 64
    ;;
  esac
done
"""


def fetch_words(workload: Workload) -> list[str]:
    """The script's arguments that fetch every delivery."""
    return [word for item in workload.deliveries for word in _fetch(item)]


def open_words(path: str) -> list[str]:
    """The script's arguments that let everybody write to a folder."""
    return ["open", path]


def _fetch(item: Delivery) -> Iterator[str]:
    bucket, _, key = item.uri.removeprefix("s3://").partition("/")
    yield from ("fetch", bucket, key, item.version_id or NO_VERSION, item.sha256, item.path)
