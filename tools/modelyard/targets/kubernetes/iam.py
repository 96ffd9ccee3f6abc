"""The IAM role of the pods, as a CloudFormation template: the one thing that no Kubernetes object can make.

IRSA: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html; Pod Identity:
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html. The Secrets are copied by the External
Secrets Operator with its own rights, so this role reads no secret.
"""

from __future__ import annotations

from modelyard.artifact import Plain
from modelyard.targets.kubernetes.context import Context
from modelyard.targets.kubernetes.labels import owner

_VERSION = "2012-10-17"


def template(context: Context) -> Plain:
    """The template. Names are fixed, since the ServiceAccount names the role by its ARN."""
    resources: dict[str, Plain] = {"Role": {"Type": "AWS::IAM::Role", "Properties": _role(context)}}
    if context.identity == "pod-identity":
        association = {
            "ClusterName": context.platform.cluster,
            "Namespace": context.namespace,
            "ServiceAccount": context.name,
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Tags": _tags(context),
        }
        resources["Association"] = {"Type": "AWS::EKS::PodIdentityAssociation", "Properties": association}
    where = f"{context.platform.cluster}/{context.namespace}"
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The IAM role of {context.name}'s pods in {where}",
        "Resources": resources,
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def _role(context: Context) -> dict[str, Plain]:
    statements = [
        {"Sid": item.sid, "Effect": "Allow", "Action": list(item.actions), "Resource": list(item.resources)}
        for item in context.statements
    ]
    properties: dict[str, Plain] = {
        "RoleName": context.role,
        "Description": f"What the pods of {context.name} in {context.platform.cluster} may do in AWS",
        "AssumeRolePolicyDocument": {"Version": _VERSION, "Statement": [_trust(context)]},
        "Policies": [
            {"PolicyName": "workload", "PolicyDocument": {"Version": _VERSION, "Statement": statements}}
        ],
    }
    if context.platform.permissions_boundary is not None:
        properties["PermissionsBoundary"] = str(context.platform.permissions_boundary)
    properties["Tags"] = _tags(context)
    return properties


def _trust(context: Context) -> Plain:
    """Only this service account, in this namespace of this cluster."""
    place = context.workload.place
    if context.identity == "irsa":
        issuer = context.platform.oidc_provider
        subject = f"system:serviceaccount:{context.namespace}:{context.name}"
        return {
            "Effect": "Allow",
            "Principal": {"Federated": place.arn("iam", f"oidc-provider/{issuer}", region=False)},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}},
        }
    return {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/kubernetes-namespace": context.namespace,
                "aws:RequestTag/kubernetes-service-account": context.name,
            },
            "ArnEquals": {
                "aws:RequestTag/eks-cluster-arn": place.arn("eks", f"cluster/{context.platform.cluster}")
            },
        },
    }


def _tags(context: Context) -> list[Plain]:
    workload = context.workload
    tags = {
        **workload.labels,
        "modelyard.dev/environment": workload.place.environment,
        "modelyard.dev/model": workload.model,
        "modelyard.dev/owner": owner(workload.owner),
    }
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
