import { PRICE_LIST, type PriceName, type Prices } from '../contracts/prices.ts';

export type Service =
  | 'Kinesis'
  | 'Lambda'
  | 'DynamoDB'
  | 'SQS'
  | 'S3'
  | 'Firehose'
  | 'CloudWatch'
  | 'KMS'
  | 'X-Ray'
  | 'API Gateway'
  | 'CloudFront'
  | 'Cognito';

/** One line of a month's bill. */
export interface CostItem {
  readonly service: Service;
  readonly what: string;
  /** In a month. */
  readonly quantity: number;
  readonly unit: string;
  /** In `contracts/prices.ts`: dollars of so many units. */
  readonly price: PriceName;
  readonly dollars: number;
}

/** Makes the items of one service at given prices. */
export function itemsOf(service: Service, prices: Prices) {
  return (what: string, quantity: number, price: PriceName): CostItem => {
    const { unit, per } = PRICE_LIST[price];
    return { service, what, quantity, unit, price, dollars: (quantity / per) * prices[price] };
  };
}
