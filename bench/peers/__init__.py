"""The peers: other tools that turn layered values into manifests, fed from the same values and templates."""

from __future__ import annotations

from bench.peers.base import Peer
from bench.peers.cdk8s import Cdk8s
from bench.peers.helm import Helm, HelmTwice
from bench.peers.kapitan import Kapitan
from bench.peers.kustomize import Kustomize

PEERS: tuple[type[Peer], ...] = (Kapitan, Helm, HelmTwice, Kustomize, Cdk8s)

__all__ = ["PEERS", "Cdk8s", "Helm", "HelmTwice", "Kapitan", "Kustomize", "Peer"]
