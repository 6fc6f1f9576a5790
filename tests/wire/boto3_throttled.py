"""Calls at once, faster than the server allows; prints how often boto3 tried again by itself."""

import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

mode, calls = sys.argv[1], int(sys.argv[2])
client = boto3.client("sagemaker", config=Config(retries={"mode": mode, "max_attempts": 10}))


def create(number: int) -> int:
    answer = client.create_model_package_group(ModelPackageGroupName=f"{mode}-{number}")
    return answer["ResponseMetadata"]["RetryAttempts"]


with ThreadPoolExecutor(calls) as pool:
    print(sum(pool.map(create, range(calls))))
