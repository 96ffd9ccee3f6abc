"""Rules over repositories of Amazon ECR in CloudFormation templates."""
