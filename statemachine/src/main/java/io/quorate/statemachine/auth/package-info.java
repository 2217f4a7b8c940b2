/**
 * Users, roles and rights: this room's place in the order of checks (spec/api.md 5.3) and its state
 * in the database. Its rules come with the next issue; until then a database with auth enabled is
 * refused by name, and requests to users and roles are answered so. Imports {@code backend}.
 */
@NullMarked
package io.quorate.statemachine.auth;

import org.jspecify.annotations.NullMarked;
