"""The resolve stage: manifest x environment to workloads in which nothing is left open."""
