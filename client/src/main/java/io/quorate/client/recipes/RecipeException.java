package io.quorate.client.recipes;

/** The cluster did all that was asked, and yet it cannot be had. The message is what users see. */
public final class RecipeException extends RuntimeException {
  RecipeException(String message) {
    super(message);
  }
}
