/** The settlement queue in AWS SQS, or whatever speaks its language. */
@NullMarked
package dev.lastword.store.sqs;

import org.jspecify.annotations.NullMarked;
