/** Requests that use every member there is, for tests of what is kept and given back. */

const container = {
  ContainerHostname: 'model',
  Image: 'registry.example.com/fraud:1.4',
  ImageDigest: `sha256:${'0'.repeat(64)}`,
  ModelDataUrl: 's3://models/fraud/1.tar.gz',
  ProductId: 'product-1',
  Environment: { MODE: 'fast', EMPTY: '' },
  ModelInput: { DataInputConfig: '{"x":[1,2]}' },
  Framework: 'XGBOOST',
  FrameworkVersion: '1.7-1',
  NearestModelName: 'xgboost',
  AdditionalModelDataSources: [
    {
      ChannelName: 'tokenizer',
      S3DataSource: { S3Uri: 's3://models/t/', S3DataType: 'S3Prefix', CompressionType: 'None' },
    },
  ],
  ModelDataETag: 'etag',
  IsCheckpoint: false,
  BaseModel: { HubContentName: 'base', HubContentVersion: '1.0.0', RecipeName: 'recipe' },
};

const formats = {
  SupportedTransformInstanceTypes: ['ml.m5.large'],
  SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large', 'ml.p5.48xlarge'],
  SupportedContentTypes: ['text/csv'],
  SupportedResponseMIMETypes: ['application/json'],
};

const source = (name: string) => ({
  ContentType: 'application/json',
  ContentDigest: `sha256:${'1'.repeat(64)}`,
  S3Uri: `s3://metrics/${name}.json`,
});

/** The text of a card with a secret in it. */
export const cardContent = JSON.stringify({
  model_overview: { model_creator: 'top-secret-ana' },
  intended_uses: { risk_rating: 'High', purpose_of_model: 'fraud' },
});

/** A validation specification, as it is sent: without a KmsKeyId. */
export const validation = {
  ValidationRole: 'arn:aws:iam::123456789012:role/validate',
  ValidationProfiles: [
    {
      ProfileName: 'smoke',
      TransformJobDefinition: {
        MaxConcurrentTransforms: 1,
        MaxPayloadInMB: 6,
        BatchStrategy: 'MultiRecord',
        Environment: { A: '1' },
        TransformInput: {
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://in/' } },
          ContentType: 'text/csv',
          CompressionType: 'None',
          SplitType: 'Line',
        },
        TransformOutput: { S3OutputPath: 's3://out/', Accept: 'text/csv', AssembleWith: 'Line' },
        TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      },
    },
  ],
};

/** A version of the group Fraud with every member but SourceUri, which excludes others. */
export const wholeVersion = {
  ModelPackageGroupName: 'Fraud',
  ModelPackageDescription: 'weekly retrain',
  ModelPackageRegistrationType: 'Logged',
  InferenceSpecification: { Containers: [container], ...formats },
  ValidationSpecification: validation,
  SourceAlgorithmSpecification: {
    SourceAlgorithms: [{ AlgorithmName: 'xgboost', ModelDataUrl: 's3://models/a.tar.gz' }],
  },
  CertifyForMarketplace: false,
  ModelApprovalStatus: 'Approved',
  MetadataProperties: {
    CommitId: 'abc',
    Repository: 'https://git.example.com/fraud',
    GeneratedBy: 'pipeline',
    ProjectId: 'p-1',
  },
  ModelMetrics: {
    ModelQuality: { Statistics: source('quality'), Constraints: source('quality-c') },
    ModelDataQuality: { Statistics: source('data'), Constraints: source('data-c') },
    Bias: {
      Report: source('bias'),
      PreTrainingReport: source('bias-pre'),
      PostTrainingReport: source('bias-post'),
    },
    Explainability: { Report: source('explain') },
  },
  ClientToken: 'token-1',
  Domain: 'MACHINE_LEARNING',
  Task: 'CLASSIFICATION',
  SamplePayloadUrl: 's3://samples/1.tar.gz',
  CustomerMetadataProperties: { owner: 'ana', run: '7' },
  DriftCheckBaselines: {
    Bias: {
      ConfigFile: { S3Uri: 's3://drift/config.json' },
      PreTrainingConstraints: source('drift-pre'),
      PostTrainingConstraints: source('drift-post'),
    },
    Explainability: {
      Constraints: source('drift-e'),
      ConfigFile: { ...source('drift-config'), S3Uri: 's3://drift/e.json' },
    },
    ModelQuality: { Statistics: source('drift-q'), Constraints: source('drift-qc') },
    ModelDataQuality: { Statistics: source('drift-d'), Constraints: source('drift-dc') },
  },
  AdditionalInferenceSpecifications: [
    {
      Name: 'gpu',
      Description: 'with a graphics card',
      Containers: [
        {
          Image: 'registry.example.com/fraud:1.4-gpu',
          ModelDataSource: {
            S3DataSource: {
              S3Uri: 's3://models/gpu/',
              S3DataType: 'S3Prefix',
              CompressionType: 'None',
              ModelAccessConfig: { AcceptEula: true },
              HubAccessConfig: { HubContentArn: 'arn:aws:sagemaker:eu-west-1:aws:hub-content/x' },
              ManifestS3Uri: 's3://models/manifest.json',
              ETag: 'e',
              ManifestEtag: 'm',
            },
          },
          AdditionalS3DataSource: {
            S3DataType: 'S3Prefix',
            S3Uri: 's3://models/more/',
            CompressionType: 'Gzip',
            ETag: 'e',
          },
        },
      ],
      ...formats,
    },
  ],
  SkipModelValidation: 'All',
  SecurityConfig: { KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/k' },
  ModelCard: { ModelCardContent: cardContent, ModelCardStatus: 'Draft' },
  ModelLifeCycle: {
    Stage: 'Development',
    StageStatus: 'In-Progress',
    StageDescription: 'first trials',
  },
  ManagedStorageType: 'Restricted',
};

/** An unversioned package that strict mode accepts too. */
export const unversioned = {
  ModelPackageName: 'Solo',
  InferenceSpecification: {
    Containers: [{ Image: 'registry.example.com/solo:1', ModelDataUrl: 's3://models/solo.tar.gz' }],
    ...formats,
  },
};
