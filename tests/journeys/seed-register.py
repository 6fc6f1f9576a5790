import boto3

# Initialize SageMaker client
sm_client = boto3.client('sagemaker')

# Define model package group name
model_package_group_name = 'my-model-group'

# Define model data and image
model_url = 's3://my-bucket/model.tar.gz'
image_uri = '123456789012.dkr.ecr.us-west-2.amazonaws.com/my-image:latest'

# Create model package
response = sm_client.create_model_package(
    ModelPackageGroupName=model_package_group_name,
    ModelPackageDescription='My model version 1',
    InferenceSpecification={
        'Containers': [
            {
                'Image': image_uri,
                'ModelDataUrl': model_url
            }
        ],
        'SupportedContentTypes': ['text/csv'],
        'SupportedResponseMIMETypes': ['text/csv']
    },
    ModelApprovalStatus='PendingManualApproval'
)

print(f"Model Package ARN: {response['ModelPackageArn']}")
