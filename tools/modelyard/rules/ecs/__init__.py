"""Rules over Amazon ECS, and over whose account, region and secrets a rendered file speaks of."""
